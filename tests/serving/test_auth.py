"""Keys: hashed at rest, compared whole, bound to a role; closed unless told to open."""

import hashlib
import json

import httpx
import pytest

from cnnbook.serving import auth
from cnnbook.serving.auth import Key, KeysError, add_key, find_key, read_keys, secret_of


def test_a_key_is_stored_as_its_sha256_only(tmp_path):
    path = tmp_path / "keys.json"
    secret = add_key(path, "shop", "predict")
    assert len(secret) >= 43  # 256 bits in base64
    assert secret not in path.read_text()
    (key,) = read_keys(path)
    assert key.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert find_key(secret, (key,)) == key


def test_keys_differ_and_are_added_to_those_that_are_there(tmp_path):
    path = tmp_path / "keys.json"
    secrets = [add_key(path, name, "predict") for name in ("a", "b")]
    assert len(set(secrets)) == 2
    assert [find_key(s, read_keys(path)).name for s in secrets] == ["a", "b"]


def test_one_name_has_one_key(tmp_path):
    add_key(tmp_path / "keys.json", "shop", "predict")
    with pytest.raises(ValueError, match="`name` must be new, got 'shop'"):
        add_key(tmp_path / "keys.json", "shop", "admin")


def test_every_key_is_compared_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(
        auth.hmac, "compare_digest", lambda a, b: compared.append(b) or a == b
    )
    keys = [Key(name, "predict", auth.digest(name)) for name in "abc"]
    assert find_key("a", keys).name == "a"
    assert compared == [key.sha256 for key in keys]


@pytest.mark.parametrize("secret", ["", "wrong", "ä", "\udcff"])
def test_a_wrong_key_is_none(secret):
    assert find_key(secret, [Key("a", "predict", auth.digest("right"))]) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be used"),
        ('{"keys": []}', "is empty"),
        ('{"keys": [{"name": "a"}]}', "missing"),
        ('{"keys": [{"name": "a", "role": "king", "sha256": ""}]}', "`role` must be"),
        ('{"keys": [{"name": "a", "role": "admin", "sha256": "0"}]}', "64 hexa"),
        ('{"keys": [{"name": "", "role": "admin", "sha256": "0"}]}', "`name` must be"),
        ("[]", "cannot be used"),
    ],
)
def test_a_broken_file_of_keys_is_refused(tmp_path, text, message):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeysError, match=message):
        read_keys(path)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(KeysError, match=r"python -m cnnbook\.serving key NAME"):
        read_keys(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ([], None),
        ([(b"x-api-key", b"abc")], "abc"),
        ([(b"authorization", b"Bearer abc")], "abc"),
        ([(b"authorization", b"bearer  abc ")], "abc"),
        ([(b"authorization", b"Basic abc")], None),
    ],
)
def test_a_key_is_read_from_either_header(headers, secret):
    assert secret_of(headers) == secret


@pytest.fixture(scope="module")
def closed(run_service, keys):
    """A service with keys and a function that asks it with a role's key."""
    path, secrets = keys
    client = run_service(keys_file=path).client

    def ask(method, address, role=None, bearer=False):
        headers = {}
        if role is not None:
            secret = secrets.get(role, role)
            name = "authorization" if bearer else "x-api-key"
            headers[name] = f"Bearer {secret}" if bearer else secret
        return client.request(method, address, headers=headers)

    return ask


@pytest.mark.parametrize(
    "path", ["/", "/ping", "/metrics", "/v2/health/live", "/v2/health/ready"]
)
def test_health_metrics_and_the_page_need_no_key(closed, path):
    assert closed("GET", path).status_code == 200


@pytest.mark.parametrize("role", [None, "not-a-key"])
@pytest.mark.parametrize(
    "path", ["/v2/models/fashion", "/v2", "/nowhere", "/admin/versions", "/v2/"]
)
def test_everything_else_needs_one(closed, path, role):
    answer = closed("GET", path, role)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("bearer", [True, False])
@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("predict", "/v2/models/fashion", 200),
        ("admin", "/v2/models/fashion", 200),
        ("predict", "/admin/versions", 403),
        ("admin", "/admin/versions", 200),
    ],
)
def test_a_role_opens_its_paths(closed, role, path, status, bearer):
    assert closed("GET", path, role, bearer).status_code == status


def test_an_open_service_still_keeps_its_admin_paths_closed(client):
    assert client.get("/v2/models/fashion").status_code == 200
    assert client.get("/admin/versions").status_code == 401
    assert client.put("/admin/default", json={"version": "2"}).status_code == 401


def test_a_key_opens_nothing_by_another_way_of_writing_a_path(closed):
    for path in ("/%61dmin/versions", "/admin//versions", "/x/../admin/versions"):
        assert closed("GET", httpx.URL(path), "predict").status_code in (403, 404)


def test_the_file_is_json_that_a_person_can_read(tmp_path):
    add_key(tmp_path / "keys.json", "shop", "admin")
    (entry,) = json.loads((tmp_path / "keys.json").read_text())["keys"]
    assert sorted(entry) == ["name", "role", "sha256"]
