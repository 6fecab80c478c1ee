"""The console: pages in the browser over the control plane, at /_sandbox/ and below /_sandbox/console.

A page is a frame that Flask renders from what is declared; what clients sent and stored comes as JSON
from the control plane, and becomes text of the page, never markup.
"""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from starlette.types import Receive, Scope, Send

from ..control.gates import Gate, check_machine, check_site
from ..sites import Site

ROOT = "/_sandbox"
PAGES = f"{ROOT}/console"
LOGIN = f"{PAGES}/login"
STATIC = f"{PAGES}/static"
THREADS = 4


def is_page(path: str) -> bool:
    """Whether the console answers there."""
    return path.startswith(ROOT) and (
        path in (ROOT, f"{ROOT}/", PAGES) or path.startswith(f"{PAGES}/")  # the rest is the control plane's
    )


class Console:
    """The pages as an ASGI application, made when the first of them is asked for.

    They are rendered in threads of their own, and ask no store.
    """

    def __init__(self, site: Site, gate: Gate) -> None:
        self._site = site
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a page."""
        pages = await asyncio.to_thread(lambda: self._pages)
        await pages(scope, receive, send)

    def check(self, client: str, scope: Scope, headers: Mapping[str, str]) -> str | None:
        """Let a caller in, if not without log-in: then the path of that page is what is returned.

        A link on another site may lead here: what a page shows it cannot read. client: the address of
        the peer; headers: lower-case names. Raises Problem forbidden.
        """
        if scope["method"] not in ("GET", "HEAD"):
            check_site(headers)
        if not self._gate.guarded:
            check_machine(client, headers)
        elif not (self._gate.admits(headers) or scope["path"].startswith((LOGIN, STATIC))):
            return LOGIN
        return None

    @cached_property
    def _pages(self) -> Any:
        from a2wsgi import WSGIMiddleware

        from .pages import make_pages

        return WSGIMiddleware(cast(Any, make_pages(self._site, self._gate)), workers=THREADS)
