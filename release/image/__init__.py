"""The stick: one file that any x86-64 laptop boots, into memory, into the machine of a ceremony."""
