"""What can be set, read from environment variables and checked before anything runs.

Each field is the variable `CNNBOOK_` with its name in capitals, so `CNNBOOK_PORT=80`
sets `port`. Sizes are in bytes, times in seconds.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CNNBOOK_"
FILE_OF_ENGINE = {
    "onnx": "model.onnx",
    "litert": "model.tflite",
    "keras": "model.keras",
}


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the text names each of them."""


class Settings(BaseSettings):
    """The settings of one server process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True
    )

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port, 0 for any free one")

    store: Path = Field(Path("build/models"), description="folder of model folders")
    model: str = Field(
        "fashion", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="its name"
    )
    version: str = Field(
        "latest",
        pattern=r"^(latest|[1-9][0-9]{0,8})$",
        description="the version that answers at first, a number or latest",
    )
    engine: Literal["onnx", "litert", "keras"] = Field(
        "onnx", description="runtime: onnx, litert or keras"
    )
    threads: int = Field(1, ge=1, le=256, description="threads of the runtime")

    max_batch: int = Field(32, ge=1, le=1024, description="images computed together")
    max_wait: float = Field(
        0.0, ge=0, le=1, description="longest wait for a fuller batch"
    )
    max_queue: int = Field(256, ge=1, le=100_000, description="images that may wait")
    max_images: int = Field(256, ge=1, le=4096, description="images in one request")

    max_body: int = Field(8 * 2**20, ge=1024, description="bytes in one request")
    max_bodies: int = Field(64 * 2**20, ge=1024, description="bytes in all requests")
    body_timeout: float = Field(10.0, gt=0, le=600, description="to receive a request")
    max_pixels: int = Field(
        12_500_000, ge=784, le=50_000_000, description="pixels of an uploaded image"
    )

    open: bool = Field(False, description="answer predictions without a key")
    keys_file: Path | None = Field(None, description="file of hashed API keys")
    rate: float = Field(0.0, ge=0, description="requests a second of a client, 0: any")
    burst: int = Field(100, ge=1, description="requests of a client at once")

    drain: float = Field(
        2.0, ge=0, le=600, description="from SIGTERM until no connection is taken"
    )
    shutdown_timeout: int = Field(
        30, ge=1, le=3600, description="for accepted requests after that"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )

    @model_validator(mode="after")
    def _agree(self) -> "Settings":
        if self.open and self.keys_file is not None:
            raise ValueError(
                "OPEN and KEYS_FILE exclude each other: an open service would answer "
                "without looking at the keys"
            )
        if not self.open and self.keys_file is None:
            raise ValueError(
                "nobody could ask this service: set KEYS_FILE to a file of keys (made "
                "by `python -m cnnbook.serving key`), or OPEN=true to let everybody in"
            )
        if self.max_bodies < self.max_body:
            raise ValueError("MAX_BODIES must be MAX_BODY or more")
        if self.max_queue < self.max_images:
            raise ValueError("MAX_QUEUE must be MAX_IMAGES or more")
        return self

    @property
    def file_name(self) -> str:
        """The file of a version that `engine` reads."""
        return FILE_OF_ENGINE[self.engine]


def read_settings(**given: object) -> Settings:
    """The settings of the environment; `given` ones come first.

    Raises `SettingsError`, which lists every variable that is wrong.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [_line(problem) for problem in error.errors(include_url=False)]
        raise SettingsError(
            "the settings cannot be used:\n" + "\n".join(f"  {line}" for line in lines)
        ) from error


def _line(problem: dict) -> str:
    place = "".join(str(part) for part in problem["loc"]).upper()
    message = problem["msg"].removeprefix("Value error, ")
    if not place:
        return message
    return f"{PREFIX}{place}: {message}, got {problem['input']!r}"


def describe_settings() -> str:
    """One line for each variable: its name, what it means, its default."""
    lines = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f" [{field.default}]"
        lines.append(f"  {PREFIX + name.upper():<24}  {field.description}{default}")
    return "\n".join(lines)
