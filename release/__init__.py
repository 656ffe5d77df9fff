"""What is made of the sources for people who have none."""
