"""What a run comes to, in one sentence and one exit code."""

from dataclasses import dataclass

from contract_tests.reports.report import Report
from contract_tests.verdicts import PASSED, WARNED

PASS, FAIL, UNKNOWN = "PASSED", "FAILED", "NOT JUDGED"
CODES = {PASS: 0, FAIL: 1, UNKNOWN: 2}


@dataclass(frozen=True)
class Conclusion:
    """PASSED, FAILED or NOT JUDGED, and why."""

    word: str
    sentence: str

    @property
    def code(self) -> int:
        """The exit code: 0 all that was tested holds, 1 it does not, 2 it could not be judged."""
        return CODES[self.word]


def conclude(report: Report, *, partial: bool | None = None, required: float | None = None) -> Conclusion:
    """What the run comes to.

    Parameters: report; partial and required, to be used instead of the report's.
    """
    report.partial = report.partial if partial is None else partial
    report.required = report.required if required is None else required
    result, failures = report.result, len(report.failed)
    if failures:
        return Conclusion(FAIL, f"{_violated(report)} ({plural(failures, 'failure')})")
    if result.stale:
        return Conclusion(
            FAIL, f"{plural(len(result.stale), 'known failure')} did not happen: remove the entry"
        )
    if result.stopped and not report.partial:
        return Conclusion(UNKNOWN, report.text(result.stopped))
    judged, total = result.coverage()
    if judged < total * report.required / 100:
        return Conclusion(
            UNKNOWN, f"{judged} of {total} MUST were tested, less than the required {report.required:g} %"
        )
    if not result.summary[PASSED] + result.summary[WARNED]:
        return Conclusion(UNKNOWN, "no law could be judged")
    early = f"; but {report.text(result.stopped)}" if result.stopped else ""
    return Conclusion(PASS, f"everything that was tested holds{_known(report)}{_warned(report)}{early}")


def _violated(report: Report) -> str:
    violated = [row.id for row in report.requirements if row.verdict == "violated"]
    if not violated:
        return "the server does not do what the document says"
    named = ", ".join([*violated[:6], *(["…"] if violated[6:] else [])])
    return f"{plural(len(violated), 'requirement')} violated: {named}"


def _warned(report: Report) -> str:
    return f", with {plural(len(report.warned), 'warning')}" if report.warned else ""


def _known(report: Report) -> str:
    count = sum(bool(row.known) for row in report.result.outcomes)
    return f" but for {plural(count, 'known failure')}" if count else ""


def scope(report: Report) -> str:
    """What was verified, and what the run leaves out and why: the last line of the terminal."""
    profile, summary = report.about.get("profile", "run"), report.result.summary
    if not report.requirements:
        judged = sum(summary.values()) - summary["skipped"]
        return f"{profile}: {summary[PASSED]} of {judged} judged laws hold, {summary['skipped']} skipped"
    counts = report.tally()
    text = f"{profile}: {counts['verified']} of {counts.total()} MUST verified"
    for verdict, words in {"violated": "violated", "warned": "warned", "not_tested": "not tested"}.items():
        text += f", {counts[verdict]} {words}" if counts[verdict] else ""
    remedies = report.remedies if counts["not_tested"] else []
    return f"{text}: {', '.join(remedies[:3])}" if remedies else text


def plural(count: int, noun: str) -> str:
    """A count with its noun: 1 law, 2 laws."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
