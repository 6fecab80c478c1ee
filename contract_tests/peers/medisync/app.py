"""Putting the server together."""

from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from contract_tests.peers.medisync import (
    accounts,
    appointments,
    documents,
    notes,
    patients,
    recordings,
    system,
    transcriptions,
)
from contract_tests.peers.medisync.access import add_rate_headers, admit
from contract_tests.peers.medisync.answers import Problem, refuse, refuse_crash, refuse_http
from contract_tests.peers.medisync.bugs import BUGS
from contract_tests.peers.medisync.choices import CHOICES
from contract_tests.peers.medisync.peer import Peer
from contract_tests.peers.medisync.seeds import plant

_BASE = "/api"
_AREAS = (system, accounts, patients, appointments, recordings, transcriptions, notes, documents)
_MAX_UPLOAD = 501 * 1024 * 1024


def build(choices: str = "plain", bug: str | None = None, rows: int = 60) -> Peer:
    """Make a MediSync server with its own rows.

    choices: `plain` or `unusual`; bug: a name of `BUGS`, or none; rows: the demo doctor's appointments.
    """
    if bug is not None and bug not in BUGS:
        raise ValueError(f"unknown bug: {bug}")
    server = Peer(CHOICES[choices], bug)
    server.config["MAX_CONTENT_LENGTH"] = _MAX_UPLOAD
    server.json = _UnsortedJson(server)
    for area in _AREAS:
        server.register_blueprint(area.routes, url_prefix=_BASE)
    server.before_request(admit)
    server.after_request(add_rate_headers)
    server.register_error_handler(Problem, refuse)
    server.register_error_handler(HTTPException, refuse_http)
    server.register_error_handler(Exception, refuse_crash)
    with server.app_context():
        plant(rows)
    return server


class _UnsortedJson(DefaultJSONProvider):
    sort_keys = False
