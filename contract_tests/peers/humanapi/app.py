"""The server: its routes over the records of all users."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from . import summary
from .answers import answer, check_request, error_answer
from .bugs import BUGS
from .choices import Choices
from .reading import State, asking_user, cached_list, check_type, find_record, list_answer, touch
from .records import all_records


def medical_routes(state: State) -> Blueprint:
    """Return the routes of the medical records (HA-21, HA-22).

    :param state: the records
    """
    choices = state.choices
    routes = Blueprint("medical", __name__, url_prefix="/v1/human/medical")

    @routes.get("/<kind>")
    def records(kind: str) -> Response:
        check_type(kind, choices)
        with state.lock:
            return cached_list(state, kind) if choices.bug == "cache_shared" else list_answer(state, kind)

    @routes.get("/<kind>/<record_id>")
    def record(kind: str, record_id: str) -> Response:
        check_type(kind, choices)
        with state.lock:
            found = find_record(state, kind, record_id)
            response = answer(found.body(choices), choices)
            if choices.bug == "get_touches":
                touch(found)
            return response

    return routes


def user_routes(state: State) -> Blueprint:
    """Return the routes about the user (HA-02); the unusual server has only the one that is documented.

    :param state: the records
    """
    choices = state.choices
    routes = Blueprint("user", __name__, url_prefix="/v1/human")

    def human() -> Any:
        user = asking_user(choices)
        return summary.summary(user, state.owned(user), choices)

    def profile() -> Any:
        return summary.profile(asking_user(choices), choices)

    def sources() -> Any:
        return summary.sources(state.owned(asking_user(choices)), choices)

    def medical_profile() -> Any:
        return summary.medical_profile(asking_user(choices), choices)

    views = {"": human}
    if not choices.unusual:
        views |= {"/profile": profile, "/sources": sources, "/medical/profile": medical_profile}
    for path, view in views.items():

        def locked(view: Any = view) -> Response:
            with state.lock:
                return answer(view(), choices)

        routes.add_url_rule(path, view.__name__, locked)
    return routes


def build(choices: str = "plain", bug: str | None = None, rows: int = 60) -> Flask:
    """Return the server.

    :param choices: plain or unusual
    :param bug: the name of one of BUGS, for the plain server with that bug
    :param rows: how many encounters the demo user has
    """
    if choices not in ("plain", "unusual") or (bug is not None and bug not in BUGS):
        raise ValueError(f"unknown choices or bug: {choices}, {bug}")
    chosen = Choices(choices == "unusual" and bug is None, bug, rows)
    state = State(chosen, all_records(chosen))
    app = Flask(__name__, static_folder=None)
    app.extensions["records"] = state
    app.url_map.strict_slashes = not chosen.unusual
    app.before_request(lambda: check_request(chosen))
    app.register_error_handler(HTTPException, lambda error: error_answer(error, chosen))
    app.register_blueprint(user_routes(state))
    app.register_blueprint(medical_routes(state))
    return app
