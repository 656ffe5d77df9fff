"""Typst templates of everything that is printed: words and layout, no logic."""
