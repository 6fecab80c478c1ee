"""A DeveloperSyncRecord and how it is shown (table 1.1 of the document)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contract_tests.peers.devsync.choices import Choices

RECORDS_PATH = "/api/v1/sync/records"
DEFAULT_STATUS = "ACTIVE"
KNOWN_STATUSES = (DEFAULT_STATUS, "PENDING_UPDATE", "ERROR", "PENDING_SYNC_CONFIRMATION")
IDENTITY_FIELDS = ("developerId", "resourceType", "resourceKey")


@dataclass
class Record:
    """One record; a status of None is one that was never stored."""

    id: str
    owner: str
    developer_id: str
    resource_type: str
    resource_key: str
    data: Any
    status: str | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    last_synced_at: datetime | None

    @property
    def triple(self) -> tuple[str, str, str]:
        """What is unique to a record (DS-40)."""
        return self.developer_id, self.resource_type, self.resource_key


def now(choices: Choices, bug: str | None) -> datetime:
    """The time to stamp a record with, as exact as it is shown: lists are ordered by what is shown.

    Parameters: choices, how exact; bug, if any.
    """
    ahead = timedelta(hours=2) if bug == "local-times" else timedelta()
    moment = datetime.now(UTC) + ahead
    return moment if choices.precise else moment.replace(microsecond=0)


def written_time(moment: datetime, choices: Choices) -> str:
    """A time in ISO 8601 (DS-43).

    Parameters: moment, the time; choices, which of the forms.
    """
    if choices.precise:
        return moment.isoformat(timespec="microseconds")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(record: Record, choices: Choices, base: str) -> dict[str, Any]:
    """The object that answers carry, with all ten fields (DS-11, DS-22).

    Parameters: record, which; choices, which extras; base, the address of the server.
    """
    fields: dict[str, Any] = {
        "id": record.id,
        "developerId": record.developer_id,
        "resourceType": record.resource_type,
        "resourceKey": record.resource_key,
        "data": record.data,
        "lastSyncedAt": record.last_synced_at and written_time(record.last_synced_at, choices),
        "status": record.status or DEFAULT_STATUS,
        "createdAt": written_time(record.created_at, choices),
        "updatedAt": written_time(record.updated_at, choices),
        "metadata": record.metadata,
    }
    if not choices.extras:
        return fields
    extras = {"object": "developer_sync_record", "links": {"self": f"{base}{RECORDS_PATH}/{record.id}"}}
    return extras | dict(sorted(fields.items(), reverse=True))
