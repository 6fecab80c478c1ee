"""The current user: get, update (HS-06, HS-07)."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Response

from contract_tests.peers.healthsync.answers import Json, resource, single
from contract_tests.peers.healthsync.checks import address, day, optional, text
from contract_tests.peers.healthsync.context import caller, peer
from contract_tests.peers.healthsync.reading import changes
from contract_tests.peers.healthsync.rows import User

CHECKS = {
    "email": address,
    "first_name": text,
    "last_name": text,
    "date_of_birth": optional(day),
    "phone": optional(text),
}


def show() -> Response:
    """GET /user (HS-06)."""
    return single(as_resource(_of("demo" if peer().bug == "user_is_always_demo" else caller())))


def update() -> Response:
    """PATCH /user (HS-07)."""
    user = _of(caller())
    if peer().bug == "user_patch_lost":
        user = replace(user)
    fields = changes(CHECKS)
    for name, value in fields.items():
        setattr(user, name, value)
    if fields:
        user.updated_at = datetime.now(UTC)
    return single(as_resource(user))


def as_resource(user: User) -> Json:
    """The resource object of a user.

    Args:
        user: the user.
    """
    moment = peer().choices.moment
    attributes = {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "date_of_birth": user.date_of_birth and user.date_of_birth.isoformat(),
        "phone": user.phone,
        "plan": user.plan,
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
    }
    return resource(user.id, "user", attributes)


def _of(owner: str) -> User:
    return peer().store.of(User, owner)[0]
