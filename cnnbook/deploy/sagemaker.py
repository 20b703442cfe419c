"""A model on a SageMaker endpoint: package, create, delete, by plain boto3 clients.

The source names two steps, uploading and an endpoint configuration. There are three
objects: a *model* (image and files), an *endpoint configuration* (machines) and an
*endpoint* (what is asked). Clients are arguments, so boto3 is the caller's:
`boto3.client("s3")` and `boto3.client("sagemaker")`.
"""

import gzip
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbook.checks import require_at_least
from cnnbook.files import write_atomically
from cnnbook.manifest import verify

STORE = "/opt/ml/model"  # where SageMaker unpacks model.tar.gz in the container
PORT = 8080  # on which it asks /ping and /invocations


@dataclass(frozen=True)
class Endpoint:
    """What is to run: names, image, role and machines.

    image : address of the image of `deployment/container` in a registry of AWS.
    role : ARN of the role that may read the bucket and the image.
    instance_type : a machine such as "ml.c6i.large"; each is paid by the second from
        creation to deletion, asked or not.
    """

    name: str
    image: str
    role: str
    bucket: str
    instance_type: str
    num_instances: int = 1

    def __post_init__(self):
        require_at_least("num_instances", self.num_instances, 1)

    def revision(self, version: str) -> str:
        """The name of model and configuration of a version: both cannot change."""
        return f"{self.name}-{version}"


def pack_model(version_folder: str | Path, target: str | Path) -> Path:
    """Verify a version and write it as `model.tar.gz`, the same bytes each time.

    The archive holds `<model>/<version>/`, so that the unpacked one is a store.
    """
    folder, target = Path(version_folder), Path(target)
    manifest = verify(folder)
    stream = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", mtime=0, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                inside = Path(manifest.model, manifest.version)
                entry = tarfile.TarInfo(str(inside / path.relative_to(folder)))
                entry.size, entry.mode = path.stat().st_size, 0o644
                with path.open("rb") as content:
                    archive.addfile(entry, content)
    write_atomically(target, stream.getvalue())
    return target


def create_endpoint(
    s3: Any, sagemaker: Any, endpoint: Endpoint, archive: str | Path, version: str
) -> str:
    """Upload `archive` and create model, configuration and endpoint; its ARN.

    The endpoint is ready later: `sagemaker.get_waiter("endpoint_in_service")` waits.
    """
    _create_revision(s3, sagemaker, endpoint, archive, version)
    answer = sagemaker.create_endpoint(
        EndpointName=endpoint.name, EndpointConfigName=endpoint.revision(version)
    )
    return answer["EndpointArn"]


def switch_version(
    s3: Any, sagemaker: Any, endpoint: Endpoint, archive: str | Path, version: str
) -> None:
    """Let an existing endpoint answer with another version; SageMaker starts the new
    machines before it stops the old ones. Roll back by `roll_back`."""
    _create_revision(s3, sagemaker, endpoint, archive, version)
    roll_back(sagemaker, endpoint, version)


def roll_back(sagemaker: Any, endpoint: Endpoint, version: str) -> None:
    """Let an endpoint answer with a version that was created before."""
    sagemaker.update_endpoint(
        EndpointName=endpoint.name, EndpointConfigName=endpoint.revision(version)
    )


def delete_endpoint(sagemaker: Any, endpoint: Endpoint) -> list[str]:
    """Delete the endpoint, which ends the cost, and every revision; their names.

    The archives in the bucket are left: they are what a roll-back needs.
    """
    sagemaker.delete_endpoint(EndpointName=endpoint.name)
    prefix = f"{endpoint.name}-"
    listed = sagemaker.get_paginator("list_endpoint_configs")
    names = [
        entry["EndpointConfigName"]
        for page in listed.paginate(NameContains=prefix)
        for entry in page["EndpointConfigs"]
    ]
    names = [n for n in names if n.startswith(prefix) and n[len(prefix) :].isdigit()]
    for name in names:
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
        sagemaker.delete_model(ModelName=name)
    return names


def _create_revision(
    s3: Any, sagemaker: Any, endpoint: Endpoint, archive: str | Path, version: str
) -> None:
    name = endpoint.revision(version)
    key = f"{endpoint.name}/{version}/model.tar.gz"
    s3.upload_file(str(archive), endpoint.bucket, key)
    environment = {
        "CNNBOOK_STORE": STORE,
        "CNNBOOK_VERSION": version,
        "CNNBOOK_PORT": str(PORT),
        "CNNBOOK_OPEN": "true",  # SageMaker asks from inside; IAM decides who may
    }
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=endpoint.role,
        PrimaryContainer={
            "Image": endpoint.image,
            "ModelDataUrl": f"s3://{endpoint.bucket}/{key}",
            "Environment": environment,
        },
    )
    variant = {
        "VariantName": "all",
        "ModelName": name,
        "InstanceType": endpoint.instance_type,
        "InitialInstanceCount": endpoint.num_instances,
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[variant]
    )
