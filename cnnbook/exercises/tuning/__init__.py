"""Checkers of `chapters/tuning/`, one module for each page."""
