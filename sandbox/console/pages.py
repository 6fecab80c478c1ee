"""The Flask application: a frame for each page, its style, its scripts and Swagger UI's files."""

from importlib.resources import files
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from ..access import WORLD
from ..control.gates import COOKIE, Gate
from ..sites import Site
from . import LOGIN, PAGES, ROOT, STATIC
from .facts import list_apis

NAVIGATION = {
    "overview": "Overview",
    "traffic": "Traffic",
    "data": "Data",
    "deliveries": "Deliveries",
    "controls": "Controls",
    "docs": "API docs",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
SWAGGER = str(files("flask_swagger_ui").joinpath("dist"))

pages = Blueprint("pages", __name__)


def make_pages(site: Site, gate: Gate) -> Flask:
    """The pages over a site. gate: knows the control token."""
    app = Flask(__name__, static_url_path=STATIC)
    app.config.update(SITE=site, GATE=gate)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)
    app.context_processor(frame)
    app.after_request(protect)
    app.register_error_handler(404, show_missing)
    return app


def protect(response: Response) -> Response:
    """Let no page run or load what is not ours."""
    response.headers.update(HEADERS)
    return response


def frame() -> dict[str, Any]:
    """What every page shows: where one can go, the APIs, and the world that it is about."""
    world = request.args.get("world", "")
    world = world if WORLD.fullmatch(world) else ""
    apis = list_apis(current_app.config["SITE"], request.host_url.rstrip("/"), world)
    return {"navigation": NAVIGATION, "root": ROOT, "apis": apis, "world": world}


def show_missing(_: HTTPException) -> tuple[str, int]:
    """There is no such page."""
    return render_template("missing.html", page="overview"), 404


def check_resource(api: str, resource: str) -> None:
    """Raise NotFound for what no document here declares."""
    service = current_app.config["SITE"].services.get(api)
    if service is None or resource not in service.api.resources:
        abort(404)


@pages.get(ROOT)
@pages.get(PAGES)
@pages.get(f"{PAGES}/")
def go_home() -> Answer:
    """The overview has one address."""
    return redirect(f"{ROOT}/")


@pages.get(f"{ROOT}/")
def show_overview() -> str:
    """Base URLs, tokens, requests to copy, and how much each API holds."""
    return render_template("overview.html", page="overview")


@pages.get(f"{PAGES}/traffic")
def show_traffic() -> str:
    """Requests as they come."""
    return render_template("traffic.html", page="traffic")


@pages.get(f"{PAGES}/traffic/<entry>")
def show_entry(entry: str) -> str:
    """One request in full."""
    return render_template("entry.html", page="traffic", entry=entry)


@pages.get(f"{PAGES}/data")
@pages.get(f"{PAGES}/data/<api>/<resource>")
def show_data(api: str = "", resource: str = "") -> str:
    """The records of a resource."""
    if api:
        check_resource(api, resource)
    return render_template("data.html", page="data", api=api, resource=resource)


@pages.get(f"{PAGES}/data/<api>/<resource>/record")
def show_record(api: str, resource: str) -> str:
    """One record to edit (`?key=`), or a new one."""
    check_resource(api, resource)
    key = request.args.get("key", "")
    return render_template("record.html", page="data", api=api, resource=resource, key=key)


@pages.get(f"{PAGES}/deliveries")
def show_deliveries() -> str:
    """Webhooks: what was sent, and events by hand."""
    return render_template("deliveries.html", page="deliveries")


@pages.get(f"{PAGES}/controls")
def show_controls() -> str:
    """Worlds, snapshots, clock and chaos."""
    return render_template("controls.html", page="controls")


@pages.get(f"{PAGES}/docs")
@pages.get(f"{PAGES}/docs/<api>")
def show_docs(api: str = "") -> str:
    """Swagger UI of an API, the first one without a name."""
    if api and api not in current_app.config["SITE"].services:
        abort(404)
    return render_template("docs.html", page="docs", api=api)


@pages.get(f"{PAGES}/swagger/<name>")
def send_swagger(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in ("swagger-ui-bundle.js", "swagger-ui.css"):
        abort(404)
    return send_from_directory(SWAGGER, name)


@pages.get(LOGIN)
def show_login() -> str:
    """Ask for the control token."""
    return render_template("login.html")


@pages.post(LOGIN)
def log_in() -> Answer:
    """Exchange the control token for a cookie that is good for the console and the control plane."""
    gate: Gate = current_app.config["GATE"]
    if not gate.matches(request.form.get("token", "")):
        return make_response(render_template("login.html", refused=True), 403)
    answer = redirect(f"{ROOT}/", 303)
    answer.set_cookie(
        COOKIE, gate.cookie, path=ROOT, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return answer
