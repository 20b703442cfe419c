"""Checkers of the exercises in the part on interpretation."""
