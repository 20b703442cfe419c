"""Checkers of the exercises in the part on what CNNs are for."""
