"""A public bench of damaged sheets: pictures made from fixed seeds, and how many of them each reader reads."""
