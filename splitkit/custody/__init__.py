"""Custody: who holds what, the rules, what is due, incidents, reviews, audit."""
