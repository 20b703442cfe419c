"""A small network in every format, its images and its answers."""

import os

import pytest

from cnnbook.deploy import reference_probabilities
from tests.deploy import small


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    # the folder that the processes of one run have in common
    return small.exported(
        folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    )


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
