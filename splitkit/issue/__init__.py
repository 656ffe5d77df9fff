"""Making a set: dealing, pages, and the self-check by the second implementation."""
