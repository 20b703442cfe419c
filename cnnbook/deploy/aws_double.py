"""AWS without AWS: clients of boto3 that are answered by moto, in this process.

moto keeps the objects that AWS would keep. It starts no machine, and checks less.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

# no variable of the environment is set, and none is read for a key
CONFIG = {"core": {"mock_credentials": False, "reset_boto3_session": False}}


@contextlib.contextmanager
def aws_double(region: str = "eu-central-1") -> Iterator[Callable[[str], Any]]:
    """A function from the name of a service to its client, while the block lasts.

    The keys are invented and are given to the clients alone, so that neither the keys
    nor the environment of this machine have a part in it. All objects are gone after.
    """
    import boto3
    from moto import mock_aws

    session = boto3.Session(
        aws_access_key_id="invented",
        aws_secret_access_key="invented",
        region_name=region,
    )
    with mock_aws(config=CONFIG):
        yield session.client
