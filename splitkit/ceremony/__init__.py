"""Plans, the making of a set, and the self-check by the second implementation."""
