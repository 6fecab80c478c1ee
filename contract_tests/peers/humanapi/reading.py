"""What a list and a single record answer, and whose records they have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from flask import Response, abort, request

from .answers import answer, current_user
from .choices import Choices
from .medical import served_types
from .paging import Page, links, paged
from .query import read_query
from .records import Record

RECORD_ID = re.compile(r"[0-9a-f]{24}")


@dataclass
class State:
    """All records, and (for one bug) the lists that were answered, behind one lock."""

    choices: Choices
    records: list[Record]
    cache: dict[str, Response] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def owned(self, user: str) -> list[Record]:
        """Return the records of a user.

        :param user: demo or peer
        """
        return [record for record in self.records if record.owner == user]


def asking_user(choices: Choices) -> str:
    """Return the user who asks; only a bug lets somebody without a token come so far.

    :param choices: the variant and the bug
    """
    return current_user(choices) or "demo"


def check_type(kind: str, choices: Choices) -> None:
    """Refuse an unknown medical type (HA-21).

    :param kind: the last part of the path of the list
    :param choices: the variant; the unusual one has only some types
    """
    if kind not in served_types(choices.unusual):
        abort(404, f"There is no medical type {kind}")


def list_answer(state: State, kind: str) -> Response:
    """Return one page of the records of a type as an array, with Link and X-Total-Count (HA-21, HA-28).

    :param state: the records
    :param kind: the medical type
    """
    choices = state.choices
    query = read_query(request.args, choices)
    user = asking_user(choices)
    everybody = choices.bug == "source_lists_other_users" and query.source is not None
    records = [r for r in state.records if r.type == kind and (everybody or r.owner == user)]
    page = paged(records, query, choices)
    response = answer([record.body(choices) for record in page.records], choices)
    for link in links(request, page, query, choices):
        response.headers.add("Link", link)
    return with_total(response, page, choices)


def with_total(response: Response, page: Page, choices: Choices) -> Response:
    """Add the number of records that match the query (HA-28).

    :param response: the answer
    :param page: the page that it has
    :param choices: the bug
    """
    total = page.total
    if choices.bug == "total_unfiltered":
        total = page.unfiltered
    if choices.bug == "total_is_page":
        total = len(page.records)
    if total or choices.bug != "total_zero_missing":
        response.headers["X-Total-Count"] = str(total)
    return response


def cached_list(state: State, kind: str) -> Response:
    """Return a list from the cache, as a team would that forgot whose list it is.

    :param state: the records and the cache
    :param kind: the medical type
    """
    if request.full_path not in state.cache:
        state.cache[request.full_path] = list_answer(state, kind)
    kept = state.cache[request.full_path]
    return Response(kept.get_data(), kept.status_code, kept.headers)


def find_record(state: State, kind: str, record_id: str) -> Record:
    """Return a record of the asking user by type and id, or refuse (HA-03, HA-22).

    :param state: the records
    :param kind: the medical type
    :param record_id: its id
    """
    choices = state.choices
    if choices.unusual and not RECORD_ID.fullmatch(record_id):
        abort(400, "That is not an id")
    user = asking_user(choices)
    any_type = choices.bug == "detail_any_type"
    found = [r for r in state.records if r.id == record_id and (any_type or r.type == kind)]
    if not found:
        abort(404, f"There is no record {record_id}")
    if found[0].owner != user and choices.bug != "detail_other_user":
        abort(403 if choices.unusual else 404, f"There is no record {record_id}")
    return found[0]


def touch(record: Record) -> None:
    """Mark a record as changed now.

    :param record: the record that somebody only read
    """
    record.updated = datetime.now(UTC).replace(microsecond=0)
