"""The application.

What it chooses where the document is silent, with `choices="plain"` and with `choices="unusual"`:

| Point | plain | unusual |
|---|---|---|
| page, per_page out of range | 400 | cut to 1 and 100; the default when not an integer |
| unknown sort or order | 400 | the default |
| order of names, of ties | by code point; by id | by letter whatever its case; by creation |
| links | relative, the query as sent | absolute, always with per_page, and links.first |
| timestamps | whole seconds, Z | microseconds, +00:00 |
| ids after their prefix | 8 small letters and digits | 26 large letters and digits |
| ids without their prefix | 404 | 400 |
| another user's project or data | 403 | 404; as the target of an upload 400 |
| success of a creation, of an upload | 201, 201 | 200, 202 |
| second DELETE of a project | 404 | 410 |
| data of a deleted project | deleted too | kept |
| errors | field only where one is wrong | other texts, field always (null), a further member |
| wrong media type | 400 | 415 |
| unknown members of a body | ignored | 400 (id, created_at, updated_at, plan are ignored) |
| name | 1 to 255 characters, not blank | any string |
| description null | accepted, shown as null | refused; left out when there is none |
| settings | {"visibility": "private"}; three visibilities | {}; any object |
| PUT that changes nothing | leaves updated_at alone | moves updated_at |
| e-mail address | checked | any string |
| format of an upload | five known ones | any |
| rows of an upload | records of CSV without header, of JSON | lines that are not blank |
| end of processing | at the next GET, "completed" | after a second, "ready" |
| usage without dates | 30 days | 7 days |
| usage before it starts (start after end) | 400 | no items |
| usage: steps without usage | shown | left out |
| usage: dates | week from Monday, month as its first day | week from Sunday, month as YYYY-MM |
| usage: totals | of the span | of the account's life |
| usage: calls to this server | not counted | counted |
| webhooks | POST /webhooks, signed | no such path |
| HEAD and OPTIONS | answered | 405 |
| 405 | METHOD_NOT_ALLOWED, Allow | UNSUPPORTED_METHOD, no Allow |
| hour of the rate limit | from the first request; Retry-After | by the clock; no Retry-After |
| further members, headers | X-Request-Id | object, owner, region, locale, progress; X-Trace-Id |
| order of members | as documented | alphabetical |
"""

import random

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from contract_tests.peers.yourcompany import demo, gate, problems
from contract_tests.peers.yourcompany.bugs import BUGS
from contract_tests.peers.yourcompany.model import Variant, World, world
from contract_tests.peers.yourcompany.profile import profile
from contract_tests.peers.yourcompany.projects import projects
from contract_tests.peers.yourcompany.uploads import uploads
from contract_tests.peers.yourcompany.usage import usage
from contract_tests.peers.yourcompany.webhooks import Post, webhooks

BASE_PATH = "/v1"


class OneAtATime(Flask):
    """Handles one request at a time; bodies are read before the lock is taken."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view while no other one runs."""
        if request.mimetype == "multipart/form-data":
            _ = request.files
        else:
            request.get_data()
        with world().lock:
            return super().dispatch_request()


def build(choices: str = "plain", bug: str | None = None, rows: int = 60) -> Flask:
    """Make a server with its own state, under /v1 (YC-01).

    Parameters: choices, "plain" or "unusual"; bug, a name among BUGS; rows, how many projects the user of
    the key `demo` has.
    """
    if choices not in ("plain", "unusual"):
        raise ValueError(f"unknown choices: {choices}")
    if bug is not None and bug not in BUGS:
        raise ValueError(f"unknown bug: {bug}")
    here = World(Variant(choices == "unusual", bug), random.Random(1))
    demo.fill(here, rows)
    app = OneAtATime(__name__)
    app.extensions["world"] = here
    app.extensions["post"] = Post()
    _speak_json(app, here)
    _add_handlers(app)
    pages = [profile, projects, uploads, usage] + ([] if here.variant.unusual else [webhooks])
    for blueprint in pages:
        app.register_blueprint(blueprint, url_prefix=BASE_PATH)
    return app


def _speak_json(app: Flask, here: World) -> None:
    provider = DefaultJSONProvider(app)
    provider.sort_keys = here.variant.unusual
    app.json = provider


def _add_handlers(app: Flask) -> None:
    # A redirect to a tidier path would be an answer that the document does not know.
    app.url_map.merge_slashes = False
    app.before_request(gate.admit)
    app.after_request(gate.stamp_answer)
    app.register_error_handler(problems.Problem, _answer)
    app.register_error_handler(HTTPException, problems.answer_http_exception)
    app.register_error_handler(Exception, problems.answer_exception)


def _answer(problem: problems.Problem) -> Response:
    return problems.answer_problem(problem)
