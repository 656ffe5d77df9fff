"""splitkit: split a password onto paper, and give it back only to a quorum."""

__version__ = "0.1.0"
