"""The deployment that a run is about: from options, the environment, or a file of targets."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract_tests.problems import Unusable
from contract_tests.sessions import Target

Json = Any
FILE = Path("sandbox.toml")
VARIABLES = {
    "owner": "SANDBOX_TOKEN",
    "peer": "SANDBOX_PEER_TOKEN",
    "readonly": "SANDBOX_READONLY_TOKEN",
    "limited": "SANDBOX_LIMITED_TOKEN",
}
KEYS = {"url", "token", "peer_token", "readonly_token", "limited_token", "login", "password", "headers", "ca", "insecure"}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_target(options: Mapping[str, Json], environment: Mapping[str, str] = os.environ) -> tuple[Target, dict[str, Json]]:
    """The target that options and environment describe, and the row of the file that `url` may name.

    Parameters: options, the options of the command by name (`url`, `token`, `peer_token`, …).
    Raises Unusable.
    """
    row = read_row(str(options["url"]), environment)
    url = str(row.get("url", options["url"])).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unusable(f"--url {options['url']}: expected a URL like https://api.example.com/v1, or a name of [targets] in {FILE}")
    tokens = {}
    for role, variable in VARIABLES.items():
        name = "token" if role == "owner" else f"{role}_token"
        token = options.get(name) or row.get(name) or environment.get(variable)
        if token:
            tokens[role] = check_token(str(token), name)
    email = options.get("login") or row.get("login")
    password = row.get("password") or environment.get("SANDBOX_PASSWORD")
    if email and not password:
        raise Unusable(f"--login {email}: the password is read from SANDBOX_PASSWORD, which is not set")
    headers = dict(row.get("headers", {})) | dict(_header(text) for text in options.get("header") or ())
    return Target(url, tokens, headers, (str(email), str(password)) if email else None), row


def read_row(name: str, environment: Mapping[str, str]) -> dict[str, Json]:
    """The row of the file of targets with that name; empty for a URL. Raises Unusable."""
    if "://" in name or not FILE.is_file():
        return {}
    try:
        rows = tomllib.loads(FILE.read_text("utf-8")).get("targets", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{FILE}: {error}") from None
    if name not in rows:
        raise Unusable(f"{FILE} has no [targets.{name}]; it has {', '.join(rows) or 'none'}")
    unknown = set(rows[name]) - KEYS
    if unknown:
        raise Unusable(f"{FILE}: [targets.{name}] has an unknown key {sorted(unknown)[0]}; known: {', '.join(sorted(KEYS))}")
    row: dict[str, Json] = _expand(rows[name], environment)
    return row


def _expand(value: Json, environment: Mapping[str, str]) -> Json:
    if isinstance(value, dict):
        return {key: _expand(part, environment) for key, part in value.items()}
    return re.sub(r"\$\{(\w+)\}", lambda found: environment.get(found[1], ""), value) if isinstance(value, str) else value


def check_token(token: str, name: str) -> str:
    """The token, if it can be sent in a header. Raises Unusable."""
    token = token.strip()
    if not token.isascii() or not token.isprintable():
        raise Unusable(f"the {name.replace('_', ' ')} has characters that no header can hold")
    return token.removeprefix("Bearer ")


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name.strip()):
        raise Unusable(f"--header {text!r}: expected 'Name: value'")
    return name.strip(), value.strip()


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK or host.startswith("127.")


def default_profile(url: str | None) -> str:
    """full for a sandbox of our own, write on this machine, else observe."""
    return "full" if url is None else "write" if is_loopback(url) else "observe"
