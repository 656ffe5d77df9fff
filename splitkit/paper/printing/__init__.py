"""Printing: the queues of CUPS, and one page at a time."""
