"""The machine that splitkit's own image boots into: what it offers, and what it takes a plugged-in stick for."""
