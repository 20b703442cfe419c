"""Checkers of `chapters/deployment/`, one module for each page."""
