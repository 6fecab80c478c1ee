"""The answers about a user that are no medical records: the summary, the profiles and the sources."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from .choices import Choices, utc
from .medical import demographics
from .records import SOURCES, Record

MEASURES = ("bloodGlucose", "bloodOxygen", "bloodPressure", "bmi", "bodyFat", "height", "heartRate")
NUMBERS = {"demo": 1, "peer": 2}
SINCE = utc(date(2018, 8, 1), 12_000)


def identity(user: str) -> dict[str, str]:
    """Return the ids of a user.

    :param user: demo or peer
    """
    number = NUMBERS[user]
    return {"userId": f"52e20cb2fff56aac6200000{number}", "humanId": f"{number:032x}"}


def summary(user: str, records: list[Record], choices: Choices) -> dict[str, Any]:
    """Return the latest that is known of a user (HA-02); the document does not say what is in it.

    :param user: demo or peer
    :param records: the user's medical records
    :param choices: the variant; the unusual one counts the records instead
    """
    if choices.unusual:
        counts: dict[str, int] = {}
        for record in records:
            counts[record.type] = counts.get(record.type, 0) + 1
        return {"medical": counts, "humanId": identity(user)["humanId"]}
    weight = {
        "id": identity(user)["userId"],
        "timestamp": SINCE,
        "source": "withings",
        "value": 74.5,
        "unit": "kg",
    }
    empty: dict[str, Any] = {measure: {} for measure in (*MEASURES, "activitySummary", "sleepSummary")}
    return choices.fields(identity(user) | {"createdAt": SINCE} | empty | {"weight": weight})


def profile(user: str, choices: Choices) -> dict[str, Any]:
    """Return the account of a user.

    :param user: demo or peer
    :param choices: the variant
    """
    own = {"email": f"{user}@example.com", "createdAt": SINCE, "defaultTimeZone": {"name": "UTC"}}
    return choices.fields(identity(user) | own)


def medical_profile(user: str, choices: Choices) -> dict[str, Any]:
    """Return the one medical profile of a user: demographics and habits.

    :param user: demo or peer
    :param choices: the variant
    """
    own = {
        "id": identity(user)["userId"],
        "createdAt": SINCE,
        "updatedAt": SINCE,
        "demographics": demographics(Random(NUMBERS[user]), SINCE),
        "smoking": {"status": "Never smoker", "codes": []},
    }
    return choices.fields(own)


def sources(records: list[Record], choices: Choices) -> list[dict[str, Any]]:
    """Return the sources that a user's records come from.

    :param records: the user's medical records
    :param choices: the variant
    """
    used = sorted({record.source for record in records})
    return [
        choices.fields(
            {
                "id": source,
                "source": source,
                "sourceName": SOURCES[source],
                "connectedSince": SINCE,
                "historySync": {"status": "ok", "oldestDate": "2013-01-01"},
                "syncStatus": {"status": "ok", "details": "ok", "synchedAt": SINCE},
                "organization": {"id": source[::-1], "name": SOURCES[source]},
            }
        )
        for source in used
    ]
