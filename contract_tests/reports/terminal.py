"""The report in the terminal: a live line while the laws run, then failures first."""

import atexit
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.status import Status
from rich.text import Text

from contract_tests.reports.conclusions import FAIL, PASS, conclude, plural, scope
from contract_tests.reports.report import Report
from contract_tests.reports.rows import Row, clean
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED, Outcome

COLORS = {
    FAILED: "red",
    WARNED: "yellow",
    PASSED: "green",
    SKIPPED: "bright_black",
    FAIL: "red",
    PASS: "green",
}
IN_FULL = 20  # failures that are shown with all that is known of them
MANY = 12  # lines of a list
LIMIT = 200  # characters of a line that repeats what stands elsewhere


class Terminal:
    """Shows a run on a stream: colours and the live line only where it is a terminal.

    Parameters: stream, None for standard output; total, how many outcomes are to come, if that is known.
    """

    def __init__(self, stream: TextIO | None = None, *, total: int | None = None) -> None:
        stream = stream or sys.stdout
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a stream that is not UTF-8 must not end the run
        self.console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.total, self.counts, self.started = (
            total,
            dict.fromkeys((PASSED, FAILED, WARNED, SKIPPED), 0),
            time.monotonic(),
        )
        self.status = Status("starting", console=self.console)
        if self.console.is_terminal:
            atexit.register(self.close)

    def tell(self, outcome: Outcome) -> None:
        """Count an outcome and renew the live line."""
        self.counts[outcome.verdict] += 1
        if self.console.is_terminal:
            self.status.start()
            self.status.update(self._progress(outcome))

    def _progress(self, outcome: Outcome) -> Text:
        done = sum(self.counts.values())
        line = Text(f"{time.monotonic() - self.started:.0f} s  {done}")
        line.append(f" of {self.total}" if self.total else "")
        for verdict, count in self.counts.items():
            if count:
                line.append(f"  {count} {verdict}", style=COLORS[verdict])
        line.append(clean(f"  {outcome.law} {outcome.operation}"), style="dim")
        line.truncate(max(self.console.width - 4, 20), overflow="ellipsis")
        return line

    def close(self) -> None:
        """End the live line, and give the terminal its cursor back."""
        self.status.stop()

    def finish(self, report: Report, folder: Path | None = None) -> None:
        """End the live line and print the report; the last line says what was verified and what was not.

        Parameters: report; folder, where its files are.
        """
        self.close()
        self._head(report)
        for row in report.failed[:IN_FULL]:
            self._failure(report, row)
        if report.warned or len(report.failed) > IN_FULL:
            self._print()
        for row in [*report.failed[IN_FULL:], *report.warned]:
            self._brief(row)
        self._rest(report)
        conclusion = conclude(report)
        self._print()
        if folder is not None:
            self._print(f"{folder / 'report.html'}")
        self._print(
            (conclusion.word, f"bold {COLORS.get(conclusion.word, 'yellow')}"), f"  {conclusion.sentence}"
        )
        self._print((scope(report), "bold"))

    def _head(self, report: Report) -> None:
        about = report.about
        words = [about.get("api"), about.get("url"), about.get("profile"), about.get("depth")]
        words += [f"seed {about['seed']}"] if "seed" in about else []
        words += [plural(int(about["requests"]), "request")] if "requests" in about else []
        self._print(("  ".join(str(word) for word in words if word), "bold"))
        if report.compared:
            self._print((f"compared with {report.compared}", "dim"))

    def _failure(self, report: Report, row: Row) -> None:
        self._print()
        self._print(*self._title(row))
        self._print(f"  {row.message}")
        if row.sentence:
            self._print("  law       ", (row.sentence, "italic"))
        for each in report.behind(row):
            self._print(f"  {each.id} {each.level}  {each.text} ", (f"[{each.section}]", "dim"))
        if row.expected or row.actual:
            self._print("  expected  ", (row.expected, "green"))
            self._print("  actual    ", (row.actual, "red"))
        self._steps(row)

    def _steps(self, row: Row) -> None:
        left_out = len(row.first_steps)
        if left_out:
            self._print((f"  … {plural(left_out, 'request')} before these (report.html has all)", "dim"))
        for step in row.last_steps:
            self._print(
                f"  {_one_line(step.curl)}", (f"  # answered {step.status} {step.reason}".rstrip(), "dim")
            )

    def _title(self, row: Row) -> list[str | tuple[str, str]]:
        change = [(f"  [{row.change}]", "bold")] if row.change else []
        return [
            (row.verdict.upper(), f"bold {COLORS[row.verdict]}"),
            ("  " + row.law, "bold"),
            f"  {row.place}",
            *change,
        ]

    def _brief(self, row: Row) -> None:
        ids = f"  {', '.join(row.requirements[:4])}" if row.requirements else ""
        self._print(*self._title(row), (ids, "cyan"), f"  {_short(row.message)}")

    def _rest(self, report: Report) -> None:
        result = report.result
        skips = report.skips
        if skips:
            self._print()
            self._print((f"SKIPPED  {plural(result.summary[SKIPPED], 'trial')} not judged", COLORS[SKIPPED]))
        for reason, rows in skips:
            self._print((f"{len(rows):>5}  {_short(reason)}", COLORS[SKIPPED]))
        self._list(
            "FIXED", "green", [f"{row['law']}  {row['operation']}  {row['subject']}" for row in report.fixed]
        )
        self._list(
            "NOT JUDGED NOW", "yellow", [f"{row['law']}  {row['operation']}" for row in report.unjudged]
        )
        self._list("STALE KNOWN FAILURES (remove the entries)", "red", map(report.text, result.stale))
        self._list("LEFT ON THE SERVER", "yellow", map(report.text, result.leftovers))

    def _list(self, title: str, color: str, texts: Iterable[str]) -> None:
        lines = list(texts)
        if lines:
            self._print()
            self._print((f"{title}  {len(lines)}", color))
        for line in lines[:MANY]:
            self._print(f"       {_short(clean(line))}".rstrip())
        if lines[MANY:]:
            self._print(f"       … and {len(lines) - MANY} more")

    def _print(self, *parts: str | tuple[str, str]) -> None:
        self.console.print(Text.assemble(*parts))


def _one_line(text: str) -> str:
    """A command without line ends, so that it can be told from the next one."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LIMIT else f"{text[:LIMIT]}…"
