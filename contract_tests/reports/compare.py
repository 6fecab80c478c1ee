"""What changed since an earlier report.json."""

import json
from pathlib import Path
from typing import Any

from contract_tests.reports.problems import Unusable, read
from contract_tests.reports.report import Report
from contract_tests.verdicts import FAILED, PASSED, WARNED

Json = Any
BAD = (FAILED, WARNED)
NEW, STILL = "new", "still"


def load(file: Path) -> dict[str, Json]:
    """An earlier report. Raises Unusable."""
    try:
        document = json.loads(read(file))
    except ValueError as error:
        raise Unusable(f"{file}: not JSON ({error})") from None
    rows = document.get("laws") if isinstance(document, dict) else None
    names = ("law", "operation", "verdict")
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and set(names) <= set(row) for row in rows
    ):
        raise Unusable(f"{file}: not a report.json (it has no `laws` with {', '.join(names)})")
    return dict(document)


def compare(report: Report, old: dict[str, Json]) -> None:
    """Mark each failure and warning as new or still there, and list what is fixed or not judged now.

    Parameters: report, which is changed; old, an earlier report. Raises Unusable where it is of another API.
    """
    api = report.about.get("api")
    if old.get("api") not in (None, api):
        raise Unusable(f"the earlier report is of {old['api']}, not of {api}")
    before = {_address(row): row for row in old["laws"] if row["verdict"] in BAD}
    now = {row.address for row in report.rows if row.verdict in BAD}
    for row in report.rows:
        if row.verdict in BAD:
            row.change = STILL if row.address in before else NEW
    gone = [row for address, row in before.items() if address not in now]
    report.fixed = [_brief(report, row) for row in gone if _holds(report, row)]
    report.unjudged = [_brief(report, row) for row in gone if not _holds(report, row)]
    report.compared = report.text(str(old.get("date") or "an earlier report"))


def _address(row: dict[str, Json]) -> tuple[str, str, str]:
    return str(row["law"]), str(row["operation"]), str(row.get("subject", ""))


def _brief(report: Report, row: dict[str, Json]) -> dict[str, Json]:
    names = ("law", "operation", "subject", "level", "message")
    return {name: report.text(str(row.get(name, ""))) for name in names}


def _holds(report: Report, old: dict[str, Json]) -> bool:
    """Whether the law passed there; where the subject is only named by a failure, on the operation."""
    law, operation, subject = _address(old)
    rows = [row for row in report.rows if (row.law, row.operation) == (law, operation)]
    exact = [row for row in rows if row.subject == subject]
    return any(row.verdict == PASSED for row in exact or rows)
