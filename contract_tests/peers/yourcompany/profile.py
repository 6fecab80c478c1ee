"""The status of the API (YC-03, YC-04) and the user behind the key (YC-28, YC-29)."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from contract_tests.peers.yourcompany import fields
from contract_tests.peers.yourcompany.model import Account, World, caller, world

profile = Blueprint("profile", __name__)


@profile.get("/status")
def status() -> Response:
    """Show how the API is (YC-03)."""
    here = world()
    extra = {"region": "eu-1"} if here.variant.unusual else {}
    return jsonify(status="operational", version="1.0.0", timestamp=here.stamp(here.now()), **extra)


@profile.get("/users/me")
def show() -> Response:
    """Show the caller (YC-28)."""
    return jsonify(members(world(), caller()))


@profile.put("/users/me")
def update() -> Response:
    """Change the name or the e-mail address of the caller (YC-29)."""
    here = world()
    account = caller()
    body = fields.json_object({"name", "email"})
    checks = {"name": fields.name, "email": fields.email}
    changes = {member: check(body[member]) for member, check in checks.items() if member in body}
    if here.has_bug("profile-not-kept"):
        account = replace(account)
    for member, value in changes.items():
        setattr(account, member, value)
    return jsonify(members(here, account))


def members(here: World, account: Account) -> dict[str, Any]:
    """A user as the answers show it (YC-28)."""
    found = {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "created_at": here.stamp(account.created_at),
        "plan": account.plan,
    }
    return {**found, "locale": "de-DE"} if here.variant.unusual else found
