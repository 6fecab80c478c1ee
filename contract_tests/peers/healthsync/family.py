"""Family members: list, add, get (HS-15 .. HS-17)."""

from flask import Response

from contract_tests.peers.healthsync.answers import Json, resource, single
from contract_tests.peers.healthsync.checks import address, day, filled, one_of, optional
from contract_tests.peers.healthsync.context import caller, find, peer
from contract_tests.peers.healthsync.paging import by_age, listed
from contract_tests.peers.healthsync.reading import checked, json_object
from contract_tests.peers.healthsync.rows import FamilyMember

CHECKS = {
    "full_name": filled,
    "date_of_birth": day,
    "relationship": filled,
    "email": optional(address),
    "access_level": one_of("view", "manage"),
}


def index() -> Response:
    """GET /family-members (HS-15)."""
    return listed(by_age(peer().store.of(FamilyMember, caller())), as_resource)


def add() -> Response:
    """POST /family-members (HS-16, HS-28)."""
    fields = checked(json_object(), CHECKS, peer().choices.family_required)
    return single(as_resource(peer().store.add(FamilyMember, caller(), **fields)), 201)


def show(member_id: str) -> Response:
    """GET /family-members/{id} (HS-17).

    Args:
        member_id: the family member's id.
    """
    return single(as_resource(find(FamilyMember, member_id, "Family member")))


def as_resource(member: FamilyMember) -> Json:
    """The resource object of a family member.

    Args:
        member: the family member.
    """
    attributes = {
        "full_name": member.full_name,
        "date_of_birth": member.date_of_birth and member.date_of_birth.isoformat(),
        "relationship": member.relationship,
        "email": member.email,
        "access_level": member.access_level,
        "created_at": peer().choices.moment(member.created_at),
    }
    return resource(member.id, "family_member", attributes, user=peer().store.user_id(member.owner))
