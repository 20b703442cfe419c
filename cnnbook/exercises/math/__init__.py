"""Checkers of `chapters/math/`, one module for each page."""
