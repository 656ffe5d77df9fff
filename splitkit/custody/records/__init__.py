"""The records of custody: what the register knows, and what each entry changes in it."""
