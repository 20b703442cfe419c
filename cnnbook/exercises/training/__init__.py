"""Checkers of `chapters/training/`, one module for each page."""
