"""Who may ask: API keys, kept as SHA-256, compared in constant time.

A key is 256 random bits, so one round of SHA-256 is as hard to undo as guessing the
key; a slow password hash would protect nothing more. The file of keys is JSON,
`{"keys": [{"name": "shop", "role": "predict", "sha256": "…"}]}`.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cnnbook.checks import require_in
from cnnbook.files import write_atomically
from cnnbook.serving.asgi import App, Receive, Scope, Send, refuse
from cnnbook.serving.errors import RequestError

ROLES = ("predict", "admin")
PUBLIC = frozenset(
    ("/", "/ping", "/metrics", "/openapi.json", "/v2/health/live", "/v2/health/ready")
)
ADMIN = "/admin/"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
DIGEST = re.compile(r"[0-9a-f]{64}")


class KeysError(ValueError):
    """The file of keys cannot be used; the text says why."""


@dataclass(frozen=True)
class Key:
    """A key at rest: who holds it, what he may do, and the SHA-256 of the key."""

    name: str
    role: str
    sha256: str

    def __post_init__(self):
        require_in("role", self.role, ROLES)
        if not NAME.fullmatch(self.name):
            raise ValueError(
                f"`name` must be letters, digits, dots or dashes, got {self.name!r}."
            )
        if not DIGEST.fullmatch(self.sha256):
            raise ValueError("`sha256` must be 64 hexadecimal digits.")


def digest(secret: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def read_keys(path: str | Path) -> tuple[Key, ...]:
    """The keys of a file; `KeysError` where it is missing, broken or empty."""
    try:
        stored = json.loads(Path(path).read_text(encoding="utf-8"))
        keys = tuple(Key(**entry) for entry in stored["keys"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KeysError(
            f"the file of keys {path} cannot be used ({error}). Make one: "
            "python -m cnnbook.serving key NAME --file FILE"
        ) from error
    if not keys:
        raise KeysError(f"the file of keys {path} is empty: nobody could ask.")
    return keys


def add_key(path: str | Path, name: str, role: str) -> str:
    """Add a new key to a file, which is made if it is missing; the key itself.

    It is returned once and stored nowhere.
    """
    path = Path(path)
    keys = read_keys(path) if path.exists() else ()
    if any(key.name == name for key in keys):
        raise ValueError(f"`name` must be new, got {name!r}, which has a key already.")
    secret = secrets.token_urlsafe(32)
    entries = [asdict(key) for key in (*keys, Key(name, role, digest(secret)))]
    write_atomically(path, json.dumps({"keys": entries}, indent=1) + "\n")
    return secret


def find_key(secret: str, keys: Sequence[Key]) -> Key | None:
    """The key that `secret` is; takes as long for a wrong one as for a right one."""
    given = digest(secret)
    found = None
    for key in keys:  # all of them, so that the time tells nothing
        if hmac.compare_digest(given, key.sha256):
            found = key
    return found


def secret_of(headers: Sequence[tuple[bytes, bytes]]) -> str | None:
    """The key in `X-API-Key`, or in `Authorization: Bearer`."""
    for name, value in headers:
        if name == b"x-api-key":
            return value.decode("latin-1")
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip().decode("latin-1")
    return None


class KeyGuard:
    """ASGI: lets a request in with the role that its path asks for.

    Paths under /admin/ ask for an admin key even where `keys` is empty, which means
    an open service. The name of the caller is put into the state of the request.
    """

    def __init__(self, app: App, keys: Sequence[Key]):
        self._app, self._keys = app, tuple(keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                key = self._admit(scope["path"], scope["headers"])
            except RequestError as error:
                await refuse(send, error)
                return
            scope["state"]["caller"] = key.name if key else None
        await self._app(scope, receive, send)

    def _admit(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> Key | None:
        is_admin = path.startswith(ADMIN)
        if path in PUBLIC or (not self._keys and not is_admin):
            return None
        secret = secret_of(headers)
        key = None if secret is None else find_key(secret, self._keys)
        if key is None:
            reason = "no API key came" if secret is None else "the API key is not known"
            raise RequestError(
                401,
                f"{reason}. Send it as X-API-Key, or as Authorization: Bearer.",
                {"www-authenticate": "Bearer"},
            )
        if is_admin and key.role != "admin":
            raise RequestError(403, f"the key of {key.name} may predict, not change.")
        return key
