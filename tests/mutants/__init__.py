"""Small faults put into a package one at a time, to see whether `make test` notices: development only."""
