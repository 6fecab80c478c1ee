"""Share links: create, list the active ones, revoke (HS-18 .. HS-20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response

from contract_tests.peers.healthsync.answers import Json, nothing, resource, single
from contract_tests.peers.healthsync.checks import filled, ids, moment, one_of, optional
from contract_tests.peers.healthsync.context import Refusal, caller, find, own_records, peer
from contract_tests.peers.healthsync.paging import by_age, listed
from contract_tests.peers.healthsync.reading import checked, json_object
from contract_tests.peers.healthsync.rows import Share

LIFETIME = timedelta(days=7)


def index() -> Response:
    """GET /shares: only the active ones (HS-19)."""
    rows = [share for share in peer().store.of(Share, caller()) if _listed(share)]
    return listed(by_age(rows), as_resource)


def create() -> Response:
    """POST /shares (HS-18, HS-28)."""
    checks = {
        "record_ids": ids,
        "expires_at": _expiry,
        "permission": one_of("view", "download"),
        "password": optional(filled),
    }
    fields = checked(json_object(), checks, ("record_ids",))
    if not own_records(fields["record_ids"]):
        status = peer().choices.unknown_record_of_share
        raise Refusal(status, "There is no such document", {"record_ids": "names an unknown document"})
    fields["password_protected"] = fields.pop("password", None) is not None
    fields.setdefault("expires_at", datetime.now(UTC) + LIFETIME)
    return single(as_resource(peer().store.add(Share, caller(), **fields)), 201)


def revoke(share_id: str) -> Response:
    """DELETE /shares/{id} (HS-20, HS-29).

    Args:
        share_id: the share's id.
    """
    share = find(Share, share_id, "Share", foreign=peer().bug == "foreign_share_revocable")
    if share.revoked and not peer().choices.unusual:
        raise Refusal(404, "Share not found")
    share.revoked = True
    return nothing()


def as_resource(share: Share) -> Json:
    """The resource object of a share link.

    Args:
        share: the share.
    """
    choices = peer().choices
    attributes = {
        "record_ids": share.record_ids,
        "url": f"https://share.healthsync.com/s/{share.id}",
        "expires_at": choices.moment(share.expires_at),
        "permission": share.permission,
        "password_protected": share.password_protected,
        "access_count": share.access_count,
        "status": "revoked" if share.revoked else "active",
        "created_at": choices.moment(share.created_at),
    }
    return resource(
        share.id, "share", attributes, records=share.record_ids, user=peer().store.user_id(share.owner)
    )


def _listed(share: Share) -> bool:
    bug = peer().bug
    if share.revoked:
        return bug == "revoked_share_listed"
    return share.expires_at > datetime.now(UTC) or bug == "expired_share_listed"


def _expiry(value: Any) -> datetime:
    when = moment(value)
    if when <= datetime.now(UTC) and not peer().choices.unusual:
        raise ValueError("must lie in the future")
    return when
