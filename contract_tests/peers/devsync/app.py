"""The application: one store, the operations over it, the errors."""

import traceback
from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from contract_tests.peers.devsync.bugs import BUGS
from contract_tests.peers.devsync.choices import CHOICES, Choices
from contract_tests.peers.devsync.demo import demo_records
from contract_tests.peers.devsync.errors import Refusal, error_answer, http_answer, refusal_answer
from contract_tests.peers.devsync.server import Server
from contract_tests.peers.devsync.store import Store


def build(choices: str = "plain", bug: str | None = None, rows: int = 60) -> Flask:
    """An application with its own records, mounted at /api/v1/sync (DS-12).

    Parameters: choices, a name in CHOICES; bug, a name in BUGS; rows, how many records the account demo sees.
    """
    if bug is not None and bug not in BUGS:
        raise ValueError(f"no such bug: {bug}")
    chosen = CHOICES[choices]
    app = Flask(__name__, static_folder=None)
    Server(Store(demo_records(rows, chosen), bug), chosen, bug).register(app)
    _handle_errors(app, chosen, bug)
    app.before_request(lambda: _before(chosen))
    if chosen.extras:
        app.after_request(_with_extra_headers)
    return app


def _before(choices: Choices) -> Response | None:
    # Read here, so that a slow client does not hold the lock.
    request.get_data()
    if request.method == "HEAD" and choices.problems:
        return error_answer(choices, HTTPStatus.METHOD_NOT_ALLOWED, "HEAD is not served.", {})
    return None


def _with_extra_headers(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = str(uuid4())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _handle_errors(app: Flask, choices: Choices, bug: str | None) -> None:
    def on_refusal(refusal: Refusal) -> Response:
        answer = refusal_answer(choices, refusal)
        if bug == "bad-json-500" and refusal.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = Response("<h1>Internal Server Error</h1>", refusal.status, content_type="text/html")
        return answer

    def on_http_error(error: HTTPException) -> Response:
        return http_answer(choices, error)

    def on_failure(_error: Exception) -> Response:
        traceback.print_exc()
        return error_answer(choices, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong.", {})

    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_failure)
