"""Requests that a careless or malicious client sends to a model server."""

from tools.hostile import files, http, numbers  # noqa: F401, they enter their kinds
from tools.hostile.kinds import KINDS, PREDICT, Request

__all__ = ["KINDS", "PREDICT", "Request"]
