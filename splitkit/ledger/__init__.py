"""The record: entries, the closed table of events, the chain, the locked file, and verification."""
