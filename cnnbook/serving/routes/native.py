"""Predict and explain: images in, labels or a class activation map out."""

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from cnnbook.serving import schemas
from cnnbook.serving.bodies import read_images
from cnnbook.serving.errors import RequestError
from cnnbook.serving.explanation import heat, overlay
from cnnbook.serving.routes.documented import (
    ANY,
    BODY,
    IMAGE_BODY,
    DirectRoute,
    Model,
    TopK,
    VersionNumber,
    errors,
    json_response,
)
from cnnbook.serving.service import note_answer, service_of

router = APIRouter(
    tags=["predict"], responses=errors(*ANY, *BODY), route_class=DirectRoute
)
PREDICT = {
    "responses": {200: {"model": schemas.Predictions}},
    "openapi_extra": IMAGE_BODY,
}
EXPLAIN = {
    "responses": {200: {"model": schemas.Explanation}},
    "openapi_extra": IMAGE_BODY,
}
Label = Annotated[
    str | None,
    Query(description="class to explain, by default the answer", max_length=100),
]


@router.post("/v1/models/{model}/predict", **PREDICT)
async def predict(request: Request, model: Model, top_k: TopK = 3) -> Response:
    """Classify one uploaded image, or several images as numbers, by the default
    version. Light objects on black, as in Fashion-MNIST: invert others first."""
    return await answer(request, model, None, top_k)


@router.post("/v1/models/{model}/versions/{version}/predict", **PREDICT)
async def predict_by(
    request: Request, model: Model, version: VersionNumber, top_k: TopK = 3
) -> Response:
    """The same by a version that need not be the default."""
    return await answer(request, model, version, top_k)


@router.post("/v1/models/{model}/explain", **EXPLAIN)
async def explain(request: Request, model: Model, label: Label = None) -> Response:
    """The class activation map of one image, as numbers and drawn over the image."""
    service = service_of(request)
    version = service.version(model)
    if version.explain is None:
        raise RequestError(404, f"version {version.number} has no class maps.")
    labels = version.predictor.labels
    if label is not None and label not in labels:
        raise RequestError(422, f"`label` must be one of {', '.join(labels)}.")
    images = await read_images(request, service, version)
    if len(images) != 1:
        raise RequestError(400, f"one image is explained at a time, got {len(images)}.")
    probabilities, maps = await version.explain.submit(images)
    note_answer(request, version, probabilities)
    k = int(probabilities[0].argmax()) if label is None else labels.index(label)
    class_map = maps[0, :, :, k]
    return json_response(
        {
            "model": model,
            "version": version.number,
            "label": labels[k],
            "index": k,
            "probability": float(probabilities[0, k]),
            "evidence": heat(class_map)[1],
            "class_map": class_map.tolist(),
            "overlay": base64.b64encode(overlay(images[0], class_map)).decode(),
        }
    )


async def answer(
    request: Request, model: str, number: str | None, top_k: int
) -> Response:
    """Read, predict, name the classes."""
    service = service_of(request)
    version = service.version(model, number)
    images = await read_images(request, service, version)
    probabilities = await service.predict(request, version, images)
    top = version.predictor.postprocess(probabilities, top_k=top_k)
    return json_response(
        {
            "model": model,
            "version": version.number,
            "predictions": [{"top": classes} for classes in top],
        }
    )
