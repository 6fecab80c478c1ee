"""What becomes of a record when it is created and when it is changed (sections 2.2 and 2.3)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from contract_tests.peers.devsync.access import Caller
from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.damage import merged, stored_data, without_falsy
from contract_tests.peers.devsync.record import DEFAULT_STATUS, Record, now

KEY_COLUMN = 64


def created(fields: dict[str, Any], caller: Caller, choices: Choices, bug: str | None) -> Record:
    """A new record (DS-23 to DS-26).

    Parameters: fields, sent and checked; caller, whose it is; choices, the form of the id; bug, if any.
    """
    moment = now(choices, bug)
    data = fields.get("data", {})
    return Record(
        id=str(uuid.UUID(fields["id"])) if "id" in fields else _new_id(choices),
        owner=caller.account,
        developer_id=str(fields.get("developerId", "")),
        resource_type=str(fields.get("resourceType", "")),
        resource_key=_stored_key(str(fields.get("resourceKey", "")), bug),
        data=stored_data(without_falsy(data) if bug == "create-loses-falsy" else data, bug),
        status=_first_status(fields, bug),
        metadata={} if bug == "create-loses-metadata" else fields.get("metadata", {}),
        created_at=_sent_time(fields["createdAt"]) if "createdAt" in fields else moment,
        updated_at=moment,
        last_synced_at=None if choices.precise else moment,
    )


def _sent_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _new_id(choices: Choices) -> str:
    return str(uuid.UUID(int=uuid.uuid4().int, version=5 if choices.extras else 4))


def _stored_key(key: str, bug: str | None) -> str:
    if bug == "create-cuts-key":
        return key[:KEY_COLUMN]
    if bug == "create-lowers-key":
        return key.lower()
    if bug == "create-garbles-key":
        return key.encode("utf-8", "replace").decode("latin-1")
    return key


def _first_status(fields: dict[str, Any], bug: str | None) -> str | None:
    if bug == "create-ignores-status":
        return DEFAULT_STATUS
    if bug == "default-status-not-stored":
        return fields.get("status")
    default = "PENDING_UPDATE" if bug == "create-default-pending" else DEFAULT_STATUS
    return str(fields.get("status", default))


def changed(record: Record, sent: dict[str, Any], choices: Choices, bug: str | None) -> Record:
    """What a record becomes (DS-28): only what was sent is modified, and its times.

    Parameters: record, as it was; sent, checked; choices, when it counts as modified; bug, if any.
    """
    fields = _heeded(sent, bug)
    moment = now(choices, bug)
    touched = bool(fields) or choices.lenient
    return replace(
        record,
        developer_id=fields.get("developerId", record.developer_id),
        resource_type=fields.get("resourceType", record.resource_type),
        resource_key=fields.get("resourceKey", record.resource_key),
        data=_new_data(record, fields, bug),
        status=fields.get("status", record.status),
        metadata=fields.get("metadata", record.metadata),
        created_at=moment if bug == "created-at-moves" else record.created_at,
        updated_at=moment if touched and bug != "updated-at-stays" else record.updated_at,
        last_synced_at=moment if "data" in fields else record.last_synced_at,
    )


def _heeded(sent: dict[str, Any], bug: str | None) -> dict[str, Any]:
    if bug == "patch-wipes-unmentioned":
        return {"status": DEFAULT_STATUS, "metadata": {}} | sent
    if bug == "patch-ignores-empty":
        return {name: field for name, field in sent.items() if field}
    if bug == "patch-ignores-metadata":
        return {name: field for name, field in sent.items() if name != "metadata"}
    if bug == "patch-one-field":
        return dict(list(sent.items())[:1])
    return sent


def _new_data(record: Record, fields: dict[str, Any], bug: str | None) -> Any:
    if "data" not in fields:
        return record.data
    data = stored_data(fields["data"], bug)
    return merged(record.data, data) if bug == "patch-merges-data" else data
