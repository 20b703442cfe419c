"""Helper package of *Delving into Convolutional Neural Networks*.

Importing it, or any of its modules, defines names and does nothing else.
"""

__version__ = "1.0.0"
