"""Rules for the built book. Each is a function that returns what is wrong, in words."""
