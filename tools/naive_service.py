"""The service that a reader of the source would write: `model.predict` per request.

What `tools.bench_serving` measures ours against: a FastAPI application that loads the
trained Keras model and answers one request after the other.
`python -m tools.naive_service MODEL.keras PORT`
"""

import sys

import keras
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

import cnnbook.models
import cnnbook.preprocessing  # noqa: F401, both define layers of the model
from cnnbook.data import CLASS_NAMES


class Images(BaseModel):
    """Gray levels 0-255, (n, 28, 28)."""

    instances: list[list[list[float]]]


def create_app(path: str) -> FastAPI:
    """The application around the model in `path`."""
    app = FastAPI()
    model = keras.models.load_model(path)

    @app.get("/ready")
    def ready() -> dict[str, bool]:
        return {"ready": True}

    @app.post("/predict")
    def predict(images: Images) -> dict[str, list]:
        pixels = np.array(images.instances, dtype="uint8")[..., None]
        probabilities = model.predict(pixels, verbose=0)
        best = probabilities.argmax(axis=1)
        return {"labels": [CLASS_NAMES[k] for k in best]}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
