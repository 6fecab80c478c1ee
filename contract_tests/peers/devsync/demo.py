"""The records that a server starts with: ties in every sort key, names that contain one another, unicode."""

import uuid
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from contract_tests.peers.devsync.access import PEER_DEVELOPER
from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.record import KNOWN_STATUSES, Record

PEER_ROWS = 5
DEVELOPERS = ("dev-456", "dev-45", "dev-4567", "DEV-456", "dev-zoë", "dev-12")
RESOURCE_TYPES = ("PROJECT_CONFIG", "FEATURE_FLAG_STATE", "EXTERNAL_API_KEY", "FEATURE_FLAG")
SLUGS = ("billing-backend", "checkout", "søk-tjeneste", "dark-mode", "検索", "ledger sync")
FIRST_DAY = datetime(2025, 1, 15, 9, tzinfo=UTC)


def demo_records(rows: int, choices: Choices) -> list[Record]:
    """The records of both accounts, the same ones at every start.

    Parameters: rows, how many the account demo sees; choices, whether it sees those of the other account too.
    """
    random = Random(1)
    peer_rows = PEER_ROWS if choices.owned_by_account else min(PEER_ROWS, rows // 2)
    own_rows = rows if choices.owned_by_account else rows - peer_rows
    own = [_record(random, number, "demo", choices) for number in range(own_rows)]
    return own + [_record(random, rows + number, "peer", choices) for number in range(peer_rows)]


def _record(random: Random, number: int, account: str, choices: Choices) -> Record:
    created = FIRST_DAY + timedelta(days=random.randrange(6), hours=random.randrange(2))
    updated = created + timedelta(minutes=random.choice((0, 0, 15, 90)))
    never_synced = choices.precise and updated == created
    return Record(
        id=str(uuid.UUID(int=random.getrandbits(128), version=4)),
        owner=account,
        developer_id=random.choice(DEVELOPERS) if account == "demo" else PEER_DEVELOPER,
        resource_type=random.choice(RESOURCE_TYPES),
        resource_key=f"{random.choice(SLUGS)}-{number}",
        data=_payload(random, number),
        status=random.choice(KNOWN_STATUSES),
        metadata=random.choice(({}, {"source": "cli"}, {"team": "Zürich", "retries": 0, "note": None})),
        created_at=created,
        updated_at=updated,
        last_synced_at=None if never_synced else updated,
    )


def _payload(random: Random, number: int) -> dict[str, Any]:
    settings = {"timeout_ms": random.choice((0, 250, 2500)), "ratio": random.choice((0.125, 1.0, 0.3333))}
    return {
        "enabled": random.random() < 0.5,
        "revision": number,
        "owner": random.choice((None, "Ana", "Jürgen")),
        "labels": random.choice(([], ["beta"], ["beta", "eu"])),
        "settings": settings,
    }
