"""Checkers of the exercises in the part on preprocessing."""
