"""report.html: one offline file that needs no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contract_tests.reports.conclusions import conclude, plural, scope
from contract_tests.reports.report import VERDICTS, Judged, Report, grouped
from contract_tests.reports.rows import Row, Step
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED

FOLDER = Path(__file__).parent
WORST_FIRST = (FAILED, WARNED, PASSED, SKIPPED)
WORDS = {"violated": "violated", "warned": "warned", "verified": "verified", "not_tested": "not tested"}
FACTS = {
    "url": "Target", "date": "Date", "title": "Document", "document": "SHA-256",
    "profile": "Profile", "depth": "Depth", "seed": "Seed",
    "duration_s": "Duration", "requests": "Requests",
    "tool_version": "Tool", "strict": "Strict",
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What one law says of one requirement: its worst verdict, all cases, and one exchange."""

    law: str
    sentence: str
    verdict: str
    cases: int
    places: list[str]
    message: str
    step: Step | None


def evidence(judged: Judged) -> list[Evidence]:
    """The laws behind the verdict on a requirement, the worst first."""
    found = [_weigh(law, rows) for law, rows in grouped((row.law, row) for row in judged.rows)]
    return sorted(found, key=lambda each: WORST_FIRST.index(each.verdict))


def _weigh(law: str, rows: list[Row]) -> Evidence:
    rows = sorted(rows, key=lambda row: (WORST_FIRST.index(row.verdict), not row.requests))
    first = rows[0]
    places = list(dict.fromkeys(row.place for row in rows if row.verdict == first.verdict))
    step = first.steps[-1] if first.steps else None
    return Evidence(
        law, first.sentence, first.verdict, sum(row.cases for row in rows), places, first.message, step
    )


def facts(report: Report) -> dict[str, str]:
    """What is said of the run, for its head: label and value."""
    about = {key: _fact(key, value) for key, value in report.about.items() if _tells(value)}
    listed = {label: about[key] for key, label in FACTS.items() if key in about}
    return listed | {
        key.replace("_", " ").capitalize(): about[key] for key in about if key not in {*FACTS, "api"}
    }


def _tells(value: object) -> bool:
    """Whether a value is worth a place: the number 0 is, what is empty or off is not."""
    return bool(value) or (value == 0 and value is not False)


def _fact(key: str, value: object) -> str:
    if key == "duration_s":
        return f"{value:.1f} s" if isinstance(value, int | float) else f"{value} s"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def segments(counts: Mapping[str, int], names: tuple[str, ...]) -> list[tuple[str, float, float]]:
    """The parts of a bar 100 units wide: name, start and width of each that is not empty."""
    total, start, found = sum(counts.get(name, 0) for name in names) or 1, 0.0, []
    for name in names:
        width = 100 * counts.get(name, 0) / total
        if width:
            found.append((name, round(start, 2), round(width, 2)))
        start += width
    return found


def render(report: Report) -> str:
    """The text of report.html."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers = {"evidence": evidence, "segments": segments, "plural": plural}
    words = {"words": WORDS, "verdicts": VERDICTS, "outcomes": WORST_FIRST}
    facts_of_run = {"conclusion": conclude(report), "scope": scope(report), "facts": facts(report)}
    template = environment.get_template("template.html")
    return template.render(report=report, result=report.result, **helpers, **words, **facts_of_run)
