"""Ceremonies with people: questions, steps, and where pages go."""
