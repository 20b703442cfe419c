"""Clients that never leave the process, and an environment that stays as it was."""

import os

import boto3
import pytest
from botocore.exceptions import ClientError

from cnnbook.deploy.aws_double import aws_double


def test_the_environment_is_neither_read_nor_changed(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the reader")
    before = dict(os.environ)
    with aws_double() as client:
        s3 = client("s3")
        assert dict(os.environ) == before
        signer = s3._request_signer._credentials
        assert (signer.access_key, signer.secret_key) == ("invented", "invented")
        assert s3.list_buckets()["Buckets"] == []
    assert dict(os.environ) == before


def test_objects_are_gone_with_the_block():
    for _ in range(2):
        with aws_double("us-east-1") as client:
            client("s3").create_bucket(Bucket="models-of-the-book")
            assert len(client("s3").list_buckets()["Buckets"]) == 1


def test_a_configuration_needs_its_model():
    with aws_double() as client, pytest.raises(ClientError, match="not find model"):
        client("sagemaker").create_endpoint_config(
            EndpointConfigName="fashion-1",
            ProductionVariants=[
                {
                    "VariantName": "all",
                    "ModelName": "fashion-1",
                    "InstanceType": "ml.c5.large",
                    "InitialInstanceCount": 1,
                }
            ],
        )


def test_the_session_of_whoever_asks_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # put back afterwards
    boto3.setup_default_session(region_name="eu-north-1")
    before = boto3.DEFAULT_SESSION
    with aws_double() as client:
        assert client("s3").meta.region_name == "eu-central-1"
        assert boto3.DEFAULT_SESSION is before
    assert boto3.DEFAULT_SESSION is before
