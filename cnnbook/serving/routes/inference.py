"""The Open Inference Protocol v2, which clients of Triton, KServe and others speak."""

from fastapi import APIRouter, Request
from starlette.responses import Response

import cnnbook
from cnnbook.serving import schemas
from cnnbook.serving.bodies import refuse_encoding
from cnnbook.serving.routes.documented import (
    ANY,
    BODY,
    FILE,
    DirectRoute,
    Model,
    VersionNumber,
    errors,
    json_response,
    request_body,
    schema_of,
)
from cnnbook.serving.service import service_of
from cnnbook.serving.tensors import HEADER, INPUT, OUTPUT, infer_response, parse_infer
from cnnbook.serving.versions import Version

router = APIRouter(
    tags=["Open Inference Protocol v2"],
    responses=errors(*ANY),
    route_class=DirectRoute,
)
MODEL = "/v2/models/{model}"
VERSION = MODEL + "/versions/{version}"
INFER = {
    "responses": {
        200: {
            "model": schemas.Inferred,
            "content": {"application/octet-stream": {"schema": FILE}},
        },
        **errors(*BODY),
    },
    "openapi_extra": request_body(
        {
            "application/json": {"schema": schema_of(schemas.Infer)},
            "application/octet-stream": {"schema": FILE},
        }
    ),
}


@router.get("/v2/health/live", response_model=schemas.Live)
async def live(request: Request) -> Response:
    """The process answers."""
    return json_response({"live": True})


@router.get(
    "/v2/health/ready", responses={200: {"model": schemas.Ready}, **errors(503)}
)
async def ready(request: Request) -> Response:
    """Whether requests should be sent here; 503 from the moment of SIGTERM."""
    if not service_of(request).ready:
        return json_response({"error": "not ready", "ready": False}, 503)
    return json_response({"ready": True})


@router.get("/v2", response_model=schemas.ServerMetadata)
async def server(request: Request) -> Response:
    """Name, version and extensions of this server."""
    extensions = ["binary_tensor_data"]
    return json_response(
        {"name": "cnnbook", "version": cnnbook.__version__, "extensions": extensions}
    )


@router.get(MODEL, response_model=schemas.ModelMetadata)
async def metadata(request: Request, model: Model) -> Response:
    """Inputs, outputs and labels of the default version."""
    return _metadata(request, service_of(request).version(model))


@router.get(VERSION, response_model=schemas.ModelMetadata)
async def version_metadata(
    request: Request, model: Model, version: VersionNumber
) -> Response:
    """Inputs, outputs and labels of one version."""
    return _metadata(request, service_of(request).version(model, version))


@router.get(MODEL + "/ready", response_model=schemas.ModelReady)
async def model_ready(request: Request, model: Model) -> Response:
    """Whether the default version is loaded."""
    service_of(request).version(model)
    return json_response({"name": model, "ready": True})


@router.get(VERSION + "/ready", response_model=schemas.ModelReady)
async def version_ready(
    request: Request, model: Model, version: VersionNumber
) -> Response:
    """Whether one version is loaded."""
    service_of(request).version(model, version)
    return json_response({"name": model, "ready": True})


@router.post(MODEL + "/infer", **INFER)
async def infer(request: Request, model: Model) -> Response:
    """Probabilities by the default version, in JSON or binary."""
    return await _infer(request, model, None)


@router.post(VERSION + "/infer", **INFER)
async def version_infer(
    request: Request, model: Model, version: VersionNumber
) -> Response:
    """Probabilities by one version, in JSON or binary."""
    return await _infer(request, model, version)


async def _infer(request: Request, model: str, number: str | None) -> Response:
    service = service_of(request)
    version = service.version(model, number)
    refuse_encoding(request)
    asked = parse_infer(
        await request.body(),
        request.headers.get(HEADER),
        version.predictor.image_shape,
        service.settings.max_images,
    )
    probabilities = await service.predict(request, version, asked.images)
    body, headers = infer_response(asked, model, version.number, probabilities)
    return Response(body, headers=headers)


def _metadata(request: Request, version: Version) -> Response:
    service, manifest = service_of(request), version.predictor.manifest
    return json_response(
        {
            "name": manifest.model,
            "versions": service.versions.loaded,
            "platform": f"cnnbook_{service.settings.engine}",
            "inputs": [
                {
                    "name": INPUT,
                    "datatype": "UINT8",
                    "shape": [-1, *version.predictor.image_shape],
                }
            ],
            "outputs": [
                {
                    "name": OUTPUT,
                    "datatype": "FP32",
                    "shape": [-1, len(manifest.labels)],
                }
            ],
            "parameters": {
                "version": version.number,
                "labels": list(manifest.labels),
                "metrics": dict(manifest.metrics),
                "meaning": manifest.input.meaning,
            },
        }
    )
