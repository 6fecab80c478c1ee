"""Puts the server together: routes, the lock, and one error body for everything (HS-03, HS-25)."""

from collections.abc import Callable
from contextlib import suppress

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from contract_tests.peers.healthsync import access, analyses, family, lab_results, records, shares, user
from contract_tests.peers.healthsync.answers import answer, refused
from contract_tests.peers.healthsync.bugs import BUGS
from contract_tests.peers.healthsync.choices import CHOICES
from contract_tests.peers.healthsync.context import Peer, Refusal
from contract_tests.peers.healthsync.openapi import description
from contract_tests.peers.healthsync.seed import fill
from contract_tests.peers.healthsync.store import Store

Routes = dict[str, tuple[str, dict[str, Callable[..., Response]]]]
# Endpoint name: path below /v1, view by method (HS-06 .. HS-20).
ROUTES: Routes = {
    "user": ("/user", {"GET": user.show, "PATCH": user.update}),
    "records": ("/records", {"GET": records.index, "POST": records.upload}),
    "record": (
        "/records/<record_id>",
        {"GET": records.show, "PATCH": records.update, "DELETE": records.remove},
    ),
    "analyses": ("/analysis", {"POST": analyses.run}),
    "analysis": ("/analysis/<analysis_id>", {"GET": analyses.show}),
    "family_members": ("/family-members", {"GET": family.index, "POST": family.add}),
    "family_member": ("/family-members/<member_id>", {"GET": family.show}),
    "shares": ("/shares", {"GET": shares.index, "POST": shares.create}),
    "share": ("/shares/<share_id>", {"DELETE": shares.revoke}),
}
LAB_ROUTES: Routes = {
    "lab_results": ("/records/lab-results", {"GET": lab_results.index}),
    "lab_result": ("/records/lab-results/<result_id>", {"GET": lab_results.show}),
}


class LockedFlask(Flask):
    """A Flask that answers one request at a time."""

    def full_dispatch_request(self) -> Response:
        """Reads the body, which may be slow, and then answers under the one lock."""
        with suppress(HTTPException):
            request.get_data()
        here: Peer = self.extensions["peer"]
        with here.lock:
            return super().full_dispatch_request()


def build(choices: str = "plain", bug: str | None = None, rows: int = 60) -> Flask:
    """A server with its own state, mounted at /v1 (HS-03).

    Args:
        choices: "plain" or "unusual", see the package's docstring.
        bug: a name of BUGS, or None.
        rows: documents of the demo user.
    """
    if bug is not None and bug not in BUGS:
        raise ValueError(f"unknown bug: {bug}")
    decided = CHOICES[choices]
    store = Store(uuids=decided.unusual)
    fill(store, rows)
    app = LockedFlask(__name__, static_folder=None)
    # A doubled slash is an unknown path and no redirect with a page of HTML.
    app.url_map.merge_slashes = False
    app.extensions["peer"] = Peer(decided, bug, store)
    app.before_request(access.admit)
    app.after_request(access.finish)
    app.register_error_handler(Exception, _failed)
    for endpoint, (path, views) in (ROUTES if decided.unusual else ROUTES | LAB_ROUTES).items():
        _route(app, endpoint, f"/v1{path}", views)
    _route(app, "openapi", "/openapi.json", {"GET": lambda: answer(description(ROUTES))})
    return app


def _route(app: Flask, endpoint: str, path: str, views: dict[str, Callable[..., Response]]) -> None:
    def view(**ids: str) -> ResponseReturnValue:
        return views["GET" if request.method == "HEAD" else request.method](**ids)

    app.add_url_rule(path, endpoint, view, methods=list(views), provide_automatic_options=False)


def _failed(error: Exception) -> Response:
    if isinstance(error, Refusal):
        return refused(error)
    if isinstance(error, HTTPException):
        status = error.code or 500
        return access.allow(refused(Refusal(status, error.name)), error)
    return refused(Refusal(500, "Something went wrong"))
