"""Entropy, password profiles and the secret record."""
