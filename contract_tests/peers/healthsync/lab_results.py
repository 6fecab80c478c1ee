"""Lab results of a sibling page (HS-F06 .. HS-F12, HS-C06, HS-C07, HS-C09): plain server only."""

from flask import Response

from contract_tests.peers.healthsync.answers import Json, resource, single
from contract_tests.peers.healthsync.checks import day, one_of
from contract_tests.peers.healthsync.context import caller, find, peer
from contract_tests.peers.healthsync.paging import listed
from contract_tests.peers.healthsync.rows import LabResult
from contract_tests.peers.healthsync.search import query_value
from contract_tests.peers.healthsync.seed import TEST_TYPES


def index() -> Response:
    """GET /records/lab-results (HS-F06, HS-F08)."""
    rows = peer().store.of(LabResult, caller())
    kind = query_value("test_type", one_of(*TEST_TYPES))
    earliest, latest = query_value("date_from", day), query_value("date_to", day)
    field = (
        "test_name"
        if query_value("order_by", one_of("date", "test_name")) == "test_name"
        else "date_performed"
    )
    descending = query_value("order", one_of("asc", "desc")) != "asc"
    rows = [row for row in rows if kind in (None, row.test_type)]
    rows = [row for row in rows if earliest is None or row.date_performed >= earliest]
    rows = [row for row in rows if latest is None or row.date_performed <= latest]
    return listed(
        sorted(rows, key=lambda row: (getattr(row, field), row.number), reverse=descending), as_resource
    )


def show(result_id: str) -> Response:
    """GET /records/lab-results/{id} (HS-F07).

    Args:
        result_id: the lab result's id.
    """
    return single(as_resource(find(LabResult, result_id, "Lab result")))


def as_resource(result: LabResult) -> Json:
    """The resource object of a lab result (HS-F09).

    Args:
        result: the lab result.
    """
    attributes = {
        "test_name": result.test_name,
        "test_type": result.test_type,
        "date_performed": result.date_performed.isoformat(),
        "ordering_physician": result.ordering_physician,
        "lab_facility": result.lab_facility,
        "results": result.results,
        "ai_summary": {"key_findings": "Nothing unusual.", "abnormal_values": [], "confidence_score": 0.875},
    }
    return resource(result.id, "lab_result", attributes, user=peer().store.user_id(result.owner))
