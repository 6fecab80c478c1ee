"""The users and the data that a server starts with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contract_tests.peers.yourcompany.model import Account, DataSet, Key, World

PLENTY = 1_000_000
OPENING = datetime(2025, 10, 1, tzinfo=UTC)
NAMES = (
    "Überblick Zürich",
    "alpha trial",
    "Alpha Trial",
    "Données 2025",
    "数据平台",
    "Quarterly report",
    "Quarterly report",
    "🚀 Launch",
    "10 smallest",
    "2 smallest",
    "zeta",
    "Ångström",
)
DESCRIPTIONS: tuple[str | None, ...] = (
    "Project description",
    None,
    "",
    "Größe, naïveté, 漢字 🙂",
    "Two\nlines\tand a tab",
    'Quotes " and \\ and <b>tags</b>',
    "long " * 80,
)
SETTINGS: tuple[dict[str, Any], ...] = (
    {"visibility": "private"},
    {"visibility": "team", "tags": ["a", "b"], "limit": 0},
    {},
    {"visibility": "public", "nested": {"ratio": 0.125, "off": False, "none": None}},
    {"visibility": "private", "labels": [], "note": ""},
)


def fill(here: World, rows: int) -> None:
    """Put users, keys, projects, data sets and past usage into an empty state.

    Parameters: rows, how many projects the user of the key `demo` has.
    """
    joined = datetime(2025, 1, 15, 10, tzinfo=UTC)
    # "Custom" is the one plan whose limit the document leaves open (YC-46).
    demo = Account(here.new_id("user"), "demo@example.com", "Zoë Demo", "enterprise", joined)
    peer = Account(here.new_id("user"), "peer@example.com", "Pat Peer", "professional", joined)
    here.keys.update(
        demo=Key(demo, PLENTY),
        readonly=Key(demo, PLENTY, may_write=False),
        limited=Key(demo, 3),
        peer=Key(peer, 10_000),
    )
    for account, wanted in ((demo, rows), (peer, 5)):
        for number in range(wanted):
            _add_project(here, account, number)
        _add_data(here, account)
        _add_traffic(here, account)


def _add_project(here: World, account: Account, number: int) -> None:
    chance = here.chance
    content = {
        "name": chance.choice(NAMES) if number % 3 else f"Project {number}",
        "description": chance.choice(DESCRIPTIONS),
        "settings": chance.choice(SETTINGS),
    }
    first = number == 0 and account.plan == "enterprise"
    if first and not here.variant.unusual:
        # The ids of the document's examples exist, so that those can be replayed.
        content["id"] = "proj_abc123"
    # Few days and few hours, so that many rows share their moment.
    created_at = datetime(2025, 11, 1 + chance.randrange(20), 10 + chance.randrange(2), tzinfo=UTC)
    here.add_project(account, content, created_at, timedelta(days=chance.choice((0, 0, 1, 5))))


def _add_data(here: World, account: Account) -> None:
    documented = account.plan == "enterprise" and not here.variant.unusual
    for project in here.projects_of(account)[:5]:
        data = DataSet(
            id="data_def456" if documented else here.new_id("data"),
            account=account,
            project_id=project.id,
            filename="données.csv",
            size=here.chance.randrange(1_000_000),
            rows=here.chance.randrange(5_000),
            format="csv",
            created_at=project.created_at,
        )
        here.data_sets[data.id] = data
        documented = False


def _add_traffic(here: World, account: Account) -> None:
    hour, now = OPENING, datetime.now(UTC)
    while hour + timedelta(hours=1) <= now:
        # Nights and Sundays are quiet, so that there are steps without any usage.
        if 8 <= hour.hour < 18 and hour.weekday() != 6:
            traffic = here.traffic_at(account, hour)
            traffic.calls += here.chance.randrange(200)
            traffic.bytes += here.chance.randrange(1_000_000)
        hour += timedelta(hours=1)
