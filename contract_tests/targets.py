"""The deployment that a run is about: from options, the environment, or a file of targets."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract_tests.problems import Unusable
from contract_tests.receivers import Receiver

Json = Any
FILE = Path("sandbox.toml")
VARIABLES = {
    "owner": "SANDBOX_TOKEN",
    "peer": "SANDBOX_PEER_TOKEN",
    "readonly": "SANDBOX_READONLY_TOKEN",
    "limited": "SANDBOX_LIMITED_TOKEN",
    "expired": "SANDBOX_EXPIRED_TOKEN",
    "unsubscribed": "SANDBOX_UNSUBSCRIBED_TOKEN",
}
KEYS = {
    "url",
    "token",
    "peer_token",
    "readonly_token",
    "limited_token",
    "expired_token",
    "unsubscribed_token",
    "login",
    "password",
    "headers",
    "ca",
    "insecure",
}
TABLES = {"headers": dict, "insecure": bool}  # all other keys hold texts
FRAMING = ("host", "content-length", "content-type", "transfer-encoding", "connection")


@dataclass(frozen=True)
class Target:
    """The deployment under test.

    Parameters: url, its base URL without a final slash; tokens by role (owner, peer, readonly, limited);
    headers sent with every request; login, the e-mail address and password of a user, where tokens come
    from a log-in; receiver, where webhooks go to that were subscribed before the run.
    """

    url: str
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    receiver: Receiver | None = field(default=None, repr=False)


def read_target(
    options: Mapping[str, Json], environment: Mapping[str, str] = os.environ
) -> tuple[Target, dict[str, Json]]:
    """The target that options and environment describe, and the row of the file that `url` may name.

    Parameters: options, the options of the command by name (`url`, `token`, `peer_token`, …).
    Raises Unusable.
    """
    row = read_row(str(options["url"]), environment)
    url = _check_url(str(row.get("url", options["url"])), str(options["url"]))
    tokens = {}
    for role, variable in VARIABLES.items():
        name = "token" if role == "owner" else f"{role}_token"
        token = options.get(name) or row.get(name) or environment.get(variable)
        if token:
            tokens[role] = check_token(token, name)
    email = options.get("login") or row.get("login")
    password = row.get("password") or environment.get("SANDBOX_PASSWORD")
    if email and not password:
        raise Unusable(f"--login {email}: the password is read from SANDBOX_PASSWORD, which is not set")
    given = [_header(text) for text in options.get("header") or ()]
    headers = dict(_check_header(name, text) for name, text in [*row.get("headers", {}).items(), *given])
    for name in [name for name in headers if name.lower() == "authorization"]:
        tokens["owner"] = check_token(
            headers.pop(name), "token"
        )  # requests without a credential must have none
    return Target(url, tokens, headers, (str(email), str(password)) if email else None), row


def _check_url(url: str, given: str) -> str:
    """The URL without a final slash. Raises Unusable."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unusable(f"--url {given}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        example = "expected a URL like https://api.example.com/v1"
        raise Unusable(f"--url {given}: {example}, or a name of [targets] in {FILE}")
    if parts.username is not None or parts.password is not None:
        raise Unusable(
            "--url: a URL with a user or a password is not taken; use --token, --login or --header"
        )
    if "?" in url or "#" in url:
        raise Unusable(f"--url {given}: a base URL has no query and no fragment; paths are put behind it")
    if re.search(r"[^!-~]", url):
        raise Unusable(f"--url {given!r}: has characters that no URL has; write them as %XX, or in Punycode")
    return url


def read_row(name: str, environment: Mapping[str, str]) -> dict[str, Json]:
    """The row of the file of targets with that name; empty for a URL. Raises Unusable."""
    if "://" in name or not FILE.is_file():
        return {}
    try:
        rows = tomllib.loads(FILE.read_text("utf-8")).get("targets", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{FILE}: {error}") from None
    rows = rows if isinstance(rows, dict) else {}
    if name not in rows:
        raise Unusable(f"{FILE} has no [targets.{name}]; it has {', '.join(rows) or 'none'}")
    _check_row(name, rows[name])
    row: dict[str, Json] = _expand(rows[name], environment)
    return row


def _check_row(name: str, row: Json) -> None:
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        raise Unusable(f"{FILE}: [targets.{name}] has no `url`")
    unknown = sorted(set(row) - KEYS)
    if unknown:
        raise Unusable(
            f"{FILE}: [targets.{name}] has an unknown key {unknown[0]}; known: {', '.join(sorted(KEYS))}"
        )
    for key, value in row.items():
        form = TABLES.get(key, str)
        texts = value.values() if isinstance(value, dict) else ()
        if not isinstance(value, form) or not all(isinstance(text, str) for text in texts):
            kind = {bool: "true or false", dict: "a table of texts"}.get(form, "a text")
            raise Unusable(f"{FILE}: [targets.{name}] {key} is not {kind}")


def _expand(value: Json, environment: Mapping[str, str]) -> Json:
    if isinstance(value, dict):
        return {key: _expand(part, environment) for key, part in value.items()}
    return (
        re.sub(r"\$\{(\w+)\}", lambda found: environment.get(found[1], ""), value)
        if isinstance(value, str)
        else value
    )


def check_token(token: str, name: str) -> str:
    """The token, if it can be sent in a header. Raises Unusable."""
    token = re.sub(r"(?i)^bearer\s+", "", token.strip())
    if not token or not re.fullmatch(r"[!-~]+", token):
        raise Unusable(f"the {name.replace('_', ' ')} has characters that no header can hold")
    return token


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise Unusable("--header: expected 'Name: value'")  # what was given may be a secret
    return name.strip(), value.strip()


def _check_header(name: str, value: str) -> tuple[str, str]:
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        raise Unusable("--header: a name has characters that no header has; expected 'Name: value'")
    if name.lower() in FRAMING:
        raise Unusable(f"--header {name}: is set by each request and cannot be given")
    if not re.fullmatch(r"[\t -~]*", value):
        raise Unusable(f"--header {name}: the value has characters that no header can hold")
    return name, value


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")  # RFC 6761 §6.3


def default_profile(url: str | None) -> str:
    """full for a sandbox of our own, write on this machine, else observe."""
    return "full" if url is None else "write" if is_loopback(url) else "observe"
