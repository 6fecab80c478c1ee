"""Invented demo data: ties in every sort key, empty optionals, names in several scripts."""

import random
from datetime import UTC, date, datetime, timedelta

from contract_tests.peers.healthsync.rows import Analysis, FamilyMember, LabResult, Record, Share, User
from contract_tests.peers.healthsync.store import Store

CATEGORIES = (
    "lab_results",
    "prescriptions",
    "imaging_reports",
    "vaccination_records",
    "visit_notes",
    "other",
)
TEST_TYPES = ("blood", "urine", "imaging", "pathology", "other")
START = datetime(2024, 3, 1, 8, tzinfo=UTC)
PEOPLE = (
    ("Zoë", "Ångström"), ("Nimal", "Perera"), ("李", "雷"), ("Ana", "O'Neill"),
    ("Søren", "Kjær"), ("مريم", "حداد"), ("Tharushi", "de Silva"), ("João", "Conceição"),
)  # fmt: skip
FILES = (
    ("blood panel.pdf", "application/pdf"), ("röntgen.png", "image/png"), ("検査.pdf", "application/pdf"),
    ("scan.jpg", "image/jpeg"), ("vaccines.pdf", "application/pdf"),
)  # fmt: skip
TITLES = (None, "", "Yearly check", "Überweisung", "0", "Besuch № 3 🩺")
RELATIONSHIPS = ("spouse", "child", "parent", "sibling", "other")


def fill(store: Store, rows: int) -> None:
    """Makes the accounts demo (`rows` documents) and peer (five).

    Args:
        store: an empty store.
        rows: documents of demo.
    """
    for owner, people, documents, family, shares in (("demo", 0, rows, 13, 14), ("peer", 1, 5, 2, 1)):
        _user(store, owner, *PEOPLE[people])
        _family(store, owner, family)
        _records(store, owner, documents)
        _shares(store, owner, shares)
        _analyses(store, owner)
        _lab_results(store, owner, 24 if owner == "demo" else 2)


def _user(store: Store, owner: str, first: str, last: str) -> None:
    store.add(
        User, owner, START, updated_at=START, email=f"{owner}@example.com", first_name=first, last_name=last,
        date_of_birth=date(1984, 2, 29), phone=None,
    )  # fmt: skip


def _day(dice: random.Random) -> date:
    return date(2023, 12, 17) + timedelta(days=dice.randrange(30))


def _time(dice: random.Random, number: int) -> datetime:
    # Three rows in a row draw from the same two times: ties, but never in a regular rhythm.
    return START + timedelta(hours=5 * (number // 3) + dice.randrange(2))


def _family(store: Store, owner: str, count: int) -> None:
    dice = store.random
    for number in range(count):
        first, last = dice.choice(PEOPLE)
        store.add(
            FamilyMember, owner, _time(dice, number), full_name=f"{first} {last}",
            date_of_birth=date(dice.randrange(1940, 2020), dice.randrange(1, 13), 28),
            relationship=dice.choice(RELATIONSHIPS), access_level=dice.choice(("view", "manage")),
            email=dice.choice((None, f"relative{number}@example.com")),
        )  # fmt: skip


def _records(store: Store, owner: str, count: int) -> None:
    dice = store.random
    family: list[str | None] = [member.id for member in store.of(FamilyMember, owner)]
    for number in range(count):
        name, content_type = dice.choice(FILES)
        made = _time(dice, number)
        store.add(
            Record, owner, made, updated_at=made + timedelta(hours=dice.randrange(3)), filename=name,
            content_type=content_type, file_size=dice.choice((0, 1024, 20_480, 1_500_000)),
            category=dice.choice(CATEGORIES[:1] * 3 + CATEGORIES),
            # Every eighth document lies on the day of the document's own filter example.
            date=date(2024, 1, 1) if number % 8 == 1 else _day(dice), title=dice.choice(TITLES),
            notes=dice.choice((None, "", "nüchtern")), family_member_id=dice.choice([None, None, *family]),
        )  # fmt: skip


def _shares(store: Store, owner: str, count: int) -> None:
    dice = store.random
    records = [record.id for record in store.of(Record, owner)]
    for number in range(count + 4 if records else 0):
        # The first four are over: two expired, two revoked.
        expires = START + timedelta(days=3) if number < 2 else datetime.now(UTC) + timedelta(days=30 + number)
        store.add(
            Share, owner, _time(dice, number),
            record_ids=dice.sample(records, min(len(records), 1 + number % 3)),
            expires_at=expires, permission=dice.choice(("view", "download")),
            password_protected=dice.random() < 0.3, access_count=dice.randrange(4), revoked=number in (2, 3),
        )  # fmt: skip


def _analyses(store: Store, owner: str) -> None:
    for number, record in enumerate(store.of(Record, owner)[:3]):
        made = _time(store.random, number)
        store.add(
            Analysis, owner, made, record_id=record.id, completed_at=made + timedelta(seconds=40),
            findings="Nothing unusual.", abnormal_values=[], confidence_score=0.0 if number == 0 else 0.875,
        )  # fmt: skip


def _lab_results(store: Store, owner: str, count: int) -> None:
    dice = store.random
    for number in range(count):
        value = {"component": "Glucose", "value": str(dice.randrange(60, 180)), "unit": "mg/dL"}
        store.add(
            LabResult, owner, _time(dice, number), test_name=dice.choice(("Glucose", "Lipids", "Cortisol")),
            test_type=dice.choice(TEST_TYPES), date_performed=_day(dice), lab_facility="Labor Süd",
            ordering_physician=dice.choice((None, "Dr. Perera")),
            results=[value | {"reference_range": "70-99", "flag": dice.choice(("normal", "high", "low"))}],
        )  # fmt: skip
