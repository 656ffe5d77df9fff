"""What is printed and how it is read back: symbols, pages, typesetting, scanning."""
