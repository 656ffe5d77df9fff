"""What a screen is made of: talk, tables, typing, the reveal."""
