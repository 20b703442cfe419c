"""The small network in every format, its images and its answers, as for `deploy`."""

from tests.deploy.conftest import answered, artifacts, pixels

__all__ = ["answered", "artifacts", "pixels"]
