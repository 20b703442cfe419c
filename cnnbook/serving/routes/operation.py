"""Metrics, the page for a browser, and what a SageMaker container must answer."""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from cnnbook.serving import schemas
from cnnbook.serving.errors import RequestError
from cnnbook.serving.metrics import CONTENT_TYPE
from cnnbook.serving.routes.documented import (
    ANY,
    BODY,
    IMAGE_BODY,
    DirectRoute,
    TopK,
    errors,
)
from cnnbook.serving.routes.native import answer
from cnnbook.serving.service import service_of

router = APIRouter(responses=errors(*ANY), route_class=DirectRoute)


@router.get(
    "/metrics",
    tags=["operation"],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """For Prometheus. No key: keep this path inside your network."""
    body = service_of(request).metrics.exposition()
    return Response(body, media_type=CONTENT_TYPE)


@router.get("/ping", tags=["SageMaker"], response_class=Response, responses=errors(503))
async def ping(request: Request) -> Response:
    """Ready, as SageMaker asks: 200 with an empty body."""
    if not service_of(request).ready:
        raise RequestError(503, "not ready")
    return Response(media_type="application/json")


@router.post(
    "/invocations",
    tags=["SageMaker"],
    responses={200: {"model": schemas.Predictions}, **errors(*BODY)},
    openapi_extra=IMAGE_BODY,
)
async def invocations(request: Request, top_k: TopK = 3) -> Response:
    """Predict by the default version, as SageMaker asks."""
    return await answer(request, service_of(request).settings.model, None, top_k)


@router.get("/", include_in_schema=False)
async def page(request: Request) -> Response:
    """The page on which a person drops an image."""
    html, policy = _page()
    model = service_of(request).settings.model
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    return HTMLResponse(html.replace("{{model}}", model), headers=headers)


@cache
def _page() -> tuple[str, str]:
    """The page, and the policy that lets its own script and style run, no other."""
    html = files("cnnbook.serving").joinpath("page.html").read_text("utf-8")
    sources = {
        kind: " ".join(
            f"'sha256-{_sha256(text)}'"
            for text in re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        )
        for kind in ("script", "style")
    }
    policy = (
        f"default-src 'none'; script-src {sources['script']}; "
        f"style-src {sources['style']}; img-src data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
