"""Login, registration and tokens; the profile (MS-18, MS-19)."""

from datetime import timedelta

from flask import Blueprint, Response
from werkzeug.security import check_password_hash, generate_password_hash

from contract_tests.peers.medisync.access import new_token
from contract_tests.peers.medisync.answers import Problem, show, success
from contract_tests.peers.medisync.checks import email, filled, flag, json_body, password, text
from contract_tests.peers.medisync.peer import bug, caller, peer
from contract_tests.peers.medisync.world import Row, World, now

routes = Blueprint("accounts", __name__)

_NAMES = ("title", "firstName", "lastName", "specialty", "ehr_system_type", "ehr_system_name")
_REGISTRATION = {"email": email, "password": password, **dict.fromkeys(_NAMES, filled)}
_SUBSCRIPTION = ("subscriptionActive", "subscriptionExpiry")
_PROFILE = ("email", *_NAMES, "isVerified", *_SUBSCRIPTION, "createdAt", "updatedAt")


def add_user(world: World, given: Row, plan: str, subscribed: bool) -> Row:
    """Store a user; only a hash of the password is kept.

    given: the members of the registration; plan: its limits; subscribed: whether a subscription runs.
    """
    secret = generate_password_hash(given["password"], method="pbkdf2:sha256:2000")
    expiry = now() + timedelta(days=365) if subscribed else None
    return world.add(
        "users",
        {
            **given,
            "password": secret,
            "plan": plan,
            "isVerified": plan != "standard",
            "subscriptionActive": subscribed,
            "subscriptionExpiry": expiry,
        },
    )


def _with_email(address: str) -> Row | None:
    users = peer().world["users"].values()
    return next((user for user in users if user["email"].lower() == address.lower()), None)


@routes.post("/register")
def register() -> Response:
    """Make an account; the address must be new (MS-19, MS-29, MS-F12)."""
    given = json_body(_REGISTRATION, required=tuple(_REGISTRATION))
    if _with_email(given["email"]) and not bug("email_registered_twice"):
        raise Problem("EMAIL_EXISTS", field="email")
    user = add_user(peer().world, given, "standard", subscribed=peer().choices.trial)
    shown = {"id": user["_id"], "email": user["email"], "isVerified": user["isVerified"]}
    return success(status=201, message="User registered successfully. Please verify your email.", user=shown)


@routes.post("/login")
def login() -> Response:
    """Exchange email and password for a JWT (MS-09, MS-19, MS-F10)."""
    given = json_body({"email": text, "password": text, "remember": flag}, required=("email", "password"))
    user = _with_email(given["email"])
    if user is None or not check_password_hash(user["password"], given["password"]):
        raise Problem("INVALID_CREDENTIALS")
    token = new_token(user["_id"], given.get("remember", False))
    names = {"userTitle": user["title"], "firstName": user["firstName"], "lastName": user["lastName"]}
    return success(token=token, uid=user["_id"], **names)


@routes.post("/refresh")
def refresh() -> Response:
    """Exchange a valid token for a new one (MS-19, MS-I11)."""
    return success(token=new_token(caller().user_id))


@routes.get("/user/profile")
def profile() -> Response:
    """The user of the token (MS-10, MS-18, MS-F15)."""
    user = peer().world["users"][caller().user_id]
    shown = {name: user[name] for name in _PROFILE}
    return success(show({"name": f"{user['firstName']} {user['lastName']}", **shown}))


@routes.get("/settings/subscription")
def subscription() -> Response:
    """The subscription of the token's user (MS-F07)."""
    user = peer().world["users"][caller().user_id]
    return success(show({name: user[name] for name in _SUBSCRIPTION}))
