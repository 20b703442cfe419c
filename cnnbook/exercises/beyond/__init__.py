"""Checkers of `chapters/beyond/`, one module for each page."""
