"""The machine: files, clock, terminal, process hardening.  Imports nothing of the packages above."""
