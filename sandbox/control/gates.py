"""Who may use the control plane: this machine only, or whoever has the control token."""

import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ..credentials import read_cookie
from ..problems import Problem, Unusable
from ..siblings import ALONE, Siblings

HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
TOKEN = re.compile(r"[!-~]{1,512}")
COOKIE = "sandbox-control"


@dataclass(frozen=True)
class Gate:
    """Lets callers in. token: the control token, None for this machine only; siblings: who may always ask.

    Raises Unusable for a token that no header could carry.
    """

    token: str | None = field(default=None, repr=False)
    siblings: Siblings = ALONE

    def __post_init__(self) -> None:
        if self.token is not None and not TOKEN.fullmatch(self.token):
            raise Unusable("--control-token: must be 1 to 512 visible ASCII characters without spaces")

    @property
    def guarded(self) -> bool:
        """Whether a control token is needed."""
        return self.token is not None

    @property
    def cookie(self) -> str:
        """What the console's cookie holds after log-in: it shows that one had the token, not the token."""
        return hmac.new((self.token or "").encode(), COOKIE.encode(), sha256).hexdigest()

    def check(self, client: str, headers: Mapping[str, str]) -> None:
        """Let a caller in. client: the address of the peer; headers: lower-case names.

        Raises Problem unauthenticated without the token where one is needed; forbidden for other machines
        where none is, for a name that is not this machine's (DNS rebinding) and for pages of other sites.
        """
        if self.siblings.sent(headers):
            return
        check_site(headers)
        if self.token is None:
            check_machine(client, headers)
        elif not self.admits(headers):
            raise Problem(
                "unauthenticated",
                "the control plane needs the control token: Authorization: Bearer …",
                headers={"WWW-Authenticate": 'Bearer realm="sandbox control"'},
            )

    def is_open_to(self, client: str, headers: Mapping[str, str]) -> bool:
        """Whether who sent a request may ask here too: from this machine, or with the control token."""
        return self.guarded or (is_this_machine(client) and bool(HOST.fullmatch(headers.get("host", ""))))

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers carry the control token, or the cookie that it was exchanged for."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.matches(token.strip()):
            return True
        cookie = read_cookie(headers.get("cookie", ""), COOKIE) or ""
        return self.guarded and hmac.compare_digest(cookie.encode(), self.cookie.encode())

    def matches(self, token: str) -> bool:
        """Whether it is the control token, compared in constant time."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())


def is_this_machine(client: str) -> bool:
    """Whether the address of a peer is one of this machine's own, unreachable from others."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def check_machine(client: str, headers: Mapping[str, str]) -> None:
    """Let in this machine only, under its own names. Raises Problem forbidden."""
    if not is_this_machine(client) or not HOST.fullmatch(headers.get("host", "")):
        raise Problem(
            "forbidden", "the control plane is open to this machine only; see sandbox serve --control-token"
        )


def check_site(headers: Mapping[str, str]) -> None:
    """Let in no page of another site, whatever name it gave this machine. Raises Problem forbidden."""
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != headers.get("host", "")
    if foreign or headers.get("sec-fetch-site") == "cross-site":
        raise Problem("forbidden", "the control plane is closed to pages of other sites")
