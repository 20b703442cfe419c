"""A small network in every format, its images and its answers."""

import pytest

from cnnbook.deploy import reference_probabilities
from tests.deploy import small


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory):
    return small.exported(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def pixels():
    return small.images()


@pytest.fixture(scope="session")
def answered():
    return reference_probabilities(small.network(), small.images())


@pytest.fixture(scope="session")
def trained():
    """The small network itself; no test may change it."""
    return small.network()
