"""What goes in and out, for OpenAPI; the hot path reads and writes without them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = r"^[1-9][0-9]{0,8}$"
Pixel = Annotated[int, Field(ge=0, le=255)]
Row = Annotated[list[Pixel], Field(min_length=28, max_length=28)]
GrayImage = Annotated[list[Row], Field(min_length=28, max_length=28)]


def example(**value: Any) -> ConfigDict:
    """The configuration of a model that shows `value` in OpenAPI."""
    return ConfigDict(json_schema_extra={"example": value})


class Error(BaseModel):
    """Every answer from 400 on."""

    model_config = example(error="no API key came. Send it as X-API-Key, or ...")
    error: str


class Class(BaseModel):
    """One of the most probable classes."""

    label: str
    index: int = Field(ge=0)
    probability: float = Field(ge=0, le=1)


class Prediction(BaseModel):
    """The most probable classes of one image, best first."""

    top: list[Class]


class Predictions(BaseModel):
    """The answer of predict, one entry for each image."""

    model_config = example(
        model="fashion",
        version="1",
        predictions=[
            {
                "top": [
                    {"label": "Bag", "index": 8, "probability": 0.98},
                    {"label": "Shirt", "index": 6, "probability": 0.01},
                ]
            }
        ],
    )
    model: str
    version: str
    predictions: list[Prediction]


class Explanation(BaseModel):
    """Where the network looked for one class."""

    model: str
    version: str
    label: str
    index: int
    probability: float
    evidence: bool = Field(description="false: no place speaks for this class")
    class_map: list[list[float]] = Field(
        description="evidence at each place, rows from the top; negative: against it"
    )
    overlay: str = Field(description="the image under its map, PNG in base64")


class Instances(BaseModel):
    """Images as numbers, for predict: pixels as a file stores them, unscaled."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"instances": [[[0] * 28] * 28]}}
    )
    instances: list[GrayImage] = Field(min_length=1, max_length=256)


class TensorMetadata(BaseModel):
    """Name, type and shape of a tensor, -1 for the number of images."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(BaseModel):
    """What the Open Inference Protocol tells about a model."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]
    parameters: dict[str, Any]


class ServerMetadata(BaseModel):
    """What the Open Inference Protocol tells about a server."""

    name: str
    version: str
    extensions: list[str]


class Live(BaseModel):
    """The process answers."""

    live: bool


class Ready(BaseModel):
    """Whether requests should be sent here."""

    ready: bool


class ModelReady(BaseModel):
    """Whether a version is loaded."""

    name: str
    ready: bool


class InferInput(BaseModel):
    """The one input, flat or nested; binary data have `binary_data_size` instead."""

    name: Literal["image"]
    datatype: Literal["UINT8"]
    shape: list[int] = Field(min_length=4, max_length=4)
    data: list[Pixel] | None = None
    parameters: dict[str, Any] | None = None


class InferOutput(BaseModel):
    """The one output."""

    name: Literal["probabilities"]
    parameters: dict[str, Any] | None = None


class Infer(BaseModel):
    """A request of the Open Inference Protocol."""

    model_config = example(
        id="42",
        inputs=[
            {
                "name": "image",
                "datatype": "UINT8",
                "shape": [1, 28, 28, 1],
                "data": [0] * 784,
            }
        ],
    )
    id: str | None = None
    inputs: list[InferInput] = Field(min_length=1, max_length=1)
    outputs: list[InferOutput] | None = None
    parameters: dict[str, Any] | None = None


class InferTensor(BaseModel):
    """The answer's tensor, flat."""

    name: str
    datatype: str
    shape: list[int]
    data: list[float] | None = None
    parameters: dict[str, Any] | None = None


class Inferred(BaseModel):
    """An answer of the Open Inference Protocol."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[InferTensor]


class VersionsState(BaseModel):
    """What is on disk, what is loaded, and who answers."""

    model_config = example(
        model="fashion",
        default="2",
        previous="1",
        loaded=["1", "2"],
        available=["1", "2"],
    )
    model: str
    default: str | None
    previous: str | None = Field(description="what a rollback would bring back")
    loaded: list[str]
    available: list[str]


class Default(BaseModel):
    """Which version shall answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"version": "2"}}
    )
    version: str = Field(pattern=VERSION)
