"""SageMaker: an archive that the service can serve, and the calls, against moto.

moto keeps the objects that AWS would keep; it starts no machine, and it does not know
`update_endpoint`, whose call is compared with botocore's own model of the API.
"""

import json
import tarfile
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from cnnbook.deploy.sagemaker import (
    PORT,
    STORE,
    Endpoint,
    create_endpoint,
    delete_endpoint,
    pack_model,
    roll_back,
    switch_version,
)
from cnnbook.manifest import ManifestError
from cnnbook.serving import Settings, load_predictor
from tests.serving.running import RunningService
from tests.serving.small_model import build_small_version

REGION = "eu-central-1"
ENDPOINT = Endpoint(
    name="fashion",
    image=f"123456789012.dkr.ecr.{REGION}.amazonaws.com/cnnbook-serving:1",
    role="arn:aws:iam::123456789012:role/sagemaker",
    bucket="models-of-the-book",
    instance_type="ml.c5.large",
)


@pytest.fixture
def archive(tmp_path):
    folder = build_small_version(tmp_path / "store")
    return pack_model(folder, tmp_path / "model.tar.gz")


@pytest.fixture
def clients():
    """S3 with the bucket, and SageMaker."""
    with mock_aws():
        s3, sagemaker = (
            boto3.client(name, region_name=REGION) for name in ("s3", "sagemaker")
        )
        place = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=ENDPOINT.bucket, CreateBucketConfiguration=place)
        yield s3, sagemaker


def test_the_archive_is_a_store_that_can_be_loaded(archive, tmp_path):
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "opt", filter="data")
    predictor = load_predictor(tmp_path / "opt/fashion/1")  # verifies it, too
    assert predictor.manifest.version == "1"


def test_the_same_version_gives_the_same_bytes(archive, tmp_path):
    again = pack_model(tmp_path / "store/fashion/1", tmp_path / "again.tar.gz")
    assert again.read_bytes() == archive.read_bytes()
    assert archive.read_bytes()[4:8] == bytes(4)  # where gzip keeps the time


def test_a_version_that_was_changed_is_not_packed(tmp_path):
    folder = build_small_version(tmp_path / "store")
    (folder / "model.onnx").write_bytes(b"something else")
    with pytest.raises(ManifestError, match=r"model\.onnx is not the file"):
        pack_model(folder, tmp_path / "model.tar.gz")


def test_the_endpoint_is_made_of_the_uploaded_model(clients, archive):
    s3, sagemaker = clients
    arn = create_endpoint(s3, sagemaker, ENDPOINT, archive, "1")
    assert arn.endswith(":endpoint/fashion")
    endpoint = sagemaker.describe_endpoint(EndpointName="fashion")
    config = sagemaker.describe_endpoint_config(
        EndpointConfigName=endpoint["EndpointConfigName"]
    )
    (variant,) = config["ProductionVariants"]
    assert variant["InstanceType"] == "ml.c5.large"
    model = sagemaker.describe_model(ModelName=variant["ModelName"])
    container = model["PrimaryContainer"]
    assert container["Image"] == ENDPOINT.image
    bucket, _, key = container["ModelDataUrl"].removeprefix("s3://").partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == archive.read_bytes()


def test_the_container_gets_settings_that_the_service_takes(
    clients, archive, monkeypatch
):
    s3, sagemaker = clients
    create_endpoint(s3, sagemaker, ENDPOINT, archive, "1")
    model = sagemaker.describe_model(ModelName="fashion-1")
    for name, value in model["PrimaryContainer"]["Environment"].items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (str(settings.store), settings.port) == (STORE, PORT)
    assert (STORE, PORT) == ("/opt/ml/model", 8080)  # as SageMaker's contract has it
    assert (settings.version, settings.open) == ("1", True)


def test_deleting_leaves_no_endpoint_and_no_model_of_it(clients, archive):
    s3, sagemaker = clients
    other = Endpoint(**vars(ENDPOINT) | {"name": "fashion-two"})
    create_endpoint(s3, sagemaker, other, archive, "1")
    create_endpoint(s3, sagemaker, ENDPOINT, archive, "1")
    assert delete_endpoint(sagemaker, ENDPOINT) == ["fashion-1"]
    left = sagemaker.list_endpoints()["Endpoints"]
    assert [entry["EndpointName"] for entry in left] == ["fashion-two"]
    left = sagemaker.list_models()["Models"]
    assert [entry["ModelName"] for entry in left] == ["fashion-two-1"]


def test_a_machine_that_does_not_exist_is_refused_by_the_double(clients, archive):
    s3, sagemaker = clients
    wrong = Endpoint(**vars(ENDPOINT) | {"instance_type": "ml.huge"})
    with pytest.raises(ClientError, match="instanceType"):
        create_endpoint(s3, sagemaker, wrong, archive, "1")


def test_rolling_back_names_the_configuration_of_the_version():
    sagemaker = boto3.client(
        "sagemaker",
        region_name=REGION,
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    expected = {"EndpointName": "fashion", "EndpointConfigName": "fashion-3"}
    arn = f"arn:aws:sagemaker:{REGION}:123456789012:endpoint/fashion"
    with Stubber(sagemaker) as stubber:
        stubber.add_response("update_endpoint", {"EndpointArn": arn}, expected)
        roll_back(sagemaker, ENDPOINT, "3")
        stubber.assert_no_pending_responses()


def test_switching_creates_a_revision_and_then_names_it(clients, archive):
    s3, sagemaker = clients
    create_endpoint(s3, sagemaker, ENDPOINT, archive, "1")
    asked = []

    def answered(params, **_):  # in place of moto, which does not know the call
        exists = sagemaker.describe_endpoint_config(EndpointConfigName="fashion-2")
        asked.append((json.loads(params["body"]), exists["EndpointConfigName"]))
        return SimpleNamespace(status_code=200), {"EndpointArn": "arn"}

    hook = "before-call.sagemaker.UpdateEndpoint"
    sagemaker.meta.events.register(hook, answered)
    switch_version(s3, sagemaker, ENDPOINT, archive, "2")
    named = {"EndpointName": "fashion", "EndpointConfigName": "fashion-2"}
    assert asked == [(named, "fashion-2")]


def test_the_service_answers_as_a_container_of_sagemaker_must(archive, tmp_path):
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "opt", filter="data")
    running = RunningService(Settings(store=tmp_path / "opt", open=True))
    try:
        assert running.client.get("/ping").status_code == 200
        body = {"instances": [[[0] * 28] * 28]}
        answer = running.client.post("/invocations", json=body)
        assert answer.status_code == 200
        assert len(answer.json()["predictions"]) == 1
    finally:
        running.stop()


def test_no_instance_is_no_endpoint():
    with pytest.raises(ValueError, match="`num_instances` must be 1 or more"):
        Endpoint(**vars(ENDPOINT) | {"num_instances": 0})
