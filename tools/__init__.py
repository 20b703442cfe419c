"""Commands of the repository; run one with `python -m tools.<name>`."""
