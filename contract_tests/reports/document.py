"""report.json: the report for machines."""

import json
from typing import Any

from contract_tests.reports.conclusions import conclude, scope
from contract_tests.reports.report import Covered, Judged, Report
from contract_tests.reports.rows import Row

Json = Any
FIRST = ("tool_version", "api", "url", "profile", "depth", "seed", "duration_s", "requests")


def as_document(report: Report) -> dict[str, Json]:
    """The report as JSON; what is said of the run stands at its beginning."""
    about, result, conclusion = report.about, report.result, conclude(report)
    return {
        **{name: about.get(name) for name in FIRST},
        **{name: value for name, value in about.items() if name not in FIRST},
        "conclusion": {"verdict": conclusion.word, "sentence": conclusion.sentence, "scope": scope(report)},
        "summary": result.summary,
        "coverage": {level.lower(): dict(report.tally(level)) for level in ("MUST", "SHOULD", "INFO")},
        "stopped": report.text(result.stopped),
        "stale": [report.text(row) for row in result.stale],
        "leftovers": [report.text(row) for row in result.leftovers],
        "compared": report.compared,
        "fixed": report.fixed,
        "not_judged_now": report.unjudged,
        "laws": [_law(row) for row in report.rows],
        "requirements": [_requirement(row) for row in report.requirements],
        "operations": [_operation(row) for row in report.operations],
    }


def _law(row: Row) -> dict[str, Json]:
    return {
        "law": row.law, "operation": row.operation, "subject": row.subject, "sentence": row.sentence,
        "requirements": row.requirements, "level": row.level, "verdict": row.verdict, "cases": row.cases,
        "message": row.message, "expected": row.expected, "actual": row.actual, "known": row.known,
        "change": row.change, "seconds": row.seconds, "curl": row.curls,
        "statuses": [step.status for step in row.steps],
    }  # fmt: skip


def _requirement(row: Judged) -> dict[str, Json]:
    return {
        "id": row.id, "level": row.level, "verdict": row.verdict, "reason": row.reason,
        "section": row.section, "text": row.text, "laws": sorted({each.law for each in row.rows}),
    }  # fmt: skip


def _operation(row: Covered) -> dict[str, Json]:
    return {"operation": row.name, "call": row.call, "cases": row.cases, **row.counts}


def render(report: Report) -> str:
    """The text of report.json."""
    return json.dumps(as_document(report), ensure_ascii=False, indent=1, default=str) + "\n"
