"""Analyses: run one, get its result (HS-13, HS-14)."""

from datetime import UTC, datetime, timedelta

from flask import Response

from contract_tests.peers.healthsync.answers import Json, resource, single
from contract_tests.peers.healthsync.checks import filled
from contract_tests.peers.healthsync.context import Refusal, caller, find, own_records, peer
from contract_tests.peers.healthsync.reading import checked, json_object
from contract_tests.peers.healthsync.rows import Analysis, Record


def run() -> Response:
    """POST /analysis (HS-13, HS-51)."""
    record_id: str = checked(_body(), {"record_id": filled}, ("record_id",))["record_id"]
    here = peer()
    if not own_records([record_id]):
        status = here.choices.unknown_record_of_analysis
        raise Refusal(status, "Document not found", {"record_id": "there is no such document"})
    if here.bug == "analysis_of_latest_record":
        record_id = [record.id for record in here.store.of(Record, caller()) if not record.deleted][-1]
    analysis = here.store.add(
        Analysis, caller(), record_id=record_id, findings="All values lie within their reference ranges.",
        completed_at=datetime.now(UTC) + timedelta(seconds=here.choices.seconds_to_finish),
        abnormal_values=[], confidence_score=0.875,
    )  # fmt: skip
    return single(as_resource(analysis), 201)


def show(analysis_id: str) -> Response:
    """GET /analysis/{id} (HS-14).

    Args:
        analysis_id: the analysis' id.
    """
    return single(as_resource(find(Analysis, analysis_id, "Analysis")))


def as_resource(analysis: Analysis) -> Json:
    """The resource object of an analysis; its result is there when it is completed.

    Args:
        analysis: the analysis.
    """
    moment, status = peer().choices.moment, _status(analysis)
    done = status == "completed"
    attributes = {
        "record_id": analysis.record_id,
        "status": status,
        "summary": analysis.findings if done else None,
        "key_findings": analysis.findings if done else None,
        "abnormal_values": analysis.abnormal_values,
        "confidence_score": analysis.confidence_score if done else None,
        "created_at": moment(analysis.created_at),
        "completed_at": moment(analysis.completed_at) if done else None,
    }
    return resource(
        analysis.id,
        "analysis",
        attributes,
        record=analysis.record_id,
        user=peer().store.user_id(analysis.owner),
    )


def _status(analysis: Analysis) -> str:
    left = analysis.completed_at - datetime.now(UTC)
    if peer().bug == "analysis_never_completes":
        return "processing"
    if left <= timedelta(0):
        return "completed"
    return "pending" if left > timedelta(seconds=0.6) else "processing"


def _body() -> Json:
    try:
        return json_object()
    except Refusal as refusal:
        if peer().bug == "bad_json_500" and "valid JSON" in refusal.message:
            raise Refusal(500, "Something went wrong") from refusal
        raise
