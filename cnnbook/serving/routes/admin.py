"""What an operator changes while the service runs; every path asks for an admin key.

A change holds for this process alone: behind a load balancer, tell each of them.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from cnnbook.serving import schemas
from cnnbook.serving.routes.documented import (
    ANY,
    VersionNumber,
    errors,
    json_response,
)
from cnnbook.serving.service import service_of

router = APIRouter(
    prefix="/admin",
    tags=["admin"],
    responses=errors(*ANY, 400, 403, 408, 409, 413, 503),
)


@router.get("/versions", response_model=schemas.VersionsState)
async def versions(request: Request) -> Response:
    """What is on disk, what is loaded, and who answers."""
    return _state(request)


@router.post("/versions/{version}/load", response_model=schemas.VersionsState)
async def load(request: Request, version: VersionNumber) -> Response:
    """Verify, load and warm up a version beside the others."""
    await service_of(request).versions.load(version)
    return _state(request)


@router.post("/versions/{version}/unload", response_model=schemas.VersionsState)
async def unload(request: Request, version: VersionNumber) -> Response:
    """Forget a version that is not the default."""
    await service_of(request).versions.unload(version)
    return _state(request)


@router.put("/default", response_model=schemas.VersionsState)
async def set_default(request: Request, default: schemas.Default) -> Response:
    """Let a version answer from the next request on; it is loaded if need be."""
    await service_of(request).versions.set_default(default.version)
    return _state(request)


@router.post("/rollback", response_model=schemas.VersionsState)
async def roll_back(request: Request) -> Response:
    """Let the default before this one answer again."""
    service_of(request).versions.roll_back()
    return _state(request)


def _state(request: Request) -> Response:
    service = service_of(request)
    return json_response(
        {
            "model": service.settings.model,
            "default": service.versions.default,
            "previous": service.versions.previous,
            "loaded": service.versions.loaded,
            "available": service.versions.available(),
        }
    )
