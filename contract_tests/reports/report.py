"""One reading of a result, which all renderers show."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.laws import LAWS
from contract_tests.redaction import Redactor
from contract_tests.reports.rows import Row, clean, row_of
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED, Result

Json = Any
VERDICTS = ("violated", "warned", "verified", "not_tested")
UNTOLD = "no law verifies it"
REMEDY = re.compile(r"(?<![\w-])--[a-z][a-z-]+(?: (?:observe|write|full)\b)?")


@dataclass(frozen=True)
class Judged:
    """A requirement with its verdict, why, and the outcomes that it comes from."""

    id: str
    level: str
    section: str
    text: str
    verdict: str
    reason: str
    rows: list[Row] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Covered:
    """What was judged of one operation: how many laws on it have which verdict, and how many cases."""

    name: str
    call: str
    counts: Mapping[str, int]
    cases: int

    @property
    def judged(self) -> int:
        """Laws that were not skipped."""
        return sum(self.counts[name] for name in (PASSED, FAILED, WARNED))


@dataclass
class Report:
    """A result as it is shown.

    Parameters: result; contract, for operations that no law judged; redact, what takes the credentials out of
    each text; partial, whether a run that ended early may pass; required, percent of MUST that have to be
    judged. `compared`, `fixed` and `unjudged` tell of an earlier report.
    """

    result: Result
    contract: Contract | None = None
    redact: Redactor = field(default_factory=Redactor)
    partial: bool = False
    required: float = 0.0
    compared: str = ""
    fixed: list[dict[str, Json]] = field(default_factory=list)
    unjudged: list[dict[str, Json]] = field(default_factory=list)

    @cached_property
    def about(self) -> dict[str, Json]:
        """What is said of the run, and title and version of the document."""
        info = self.contract.root.get("info", {}) if self.contract else {}
        title = f"{info.get('title', '')} {info.get('version', '')}".strip()
        about = self.result.about | ({"title": title} if title else {})
        return {key: self.text(row) if isinstance(row, str) else row for key, row in about.items()}

    @cached_property
    def rows(self) -> list[Row]:
        """All outcomes."""
        sentences = {name: law.sentence for name, law in LAWS.items()}
        return [row_of(row, sentences.get(row.law, ""), self.redact) for row in self.result.outcomes]

    def of(self, verdict: str) -> list[Row]:
        """The outcomes of that verdict; new ones first, and the first of each law before its others."""
        rows, seen = [row for row in self.rows if row.verdict == verdict], Counter[str]()
        ranked = []
        for row in rows:
            ranked.append((row.change != "new", seen[row.law] > 0, row))
            seen[row.law] += 1
        return [row for *_, row in sorted(ranked, key=lambda each: each[:2])]

    @property
    def failed(self) -> list[Row]:
        """The failures, in the order in which they are shown."""
        return self.of(FAILED)

    @property
    def warned(self) -> list[Row]:
        """The warnings, in the order in which they are shown."""
        return self.of(WARNED)

    @cached_property
    def requirements(self) -> list[Judged]:
        """All requirements of the register, judged."""
        found = self.result.register.requirements
        rows: dict[str, list[Row]] = defaultdict(list)
        for each in self.rows:
            for key in dict.fromkeys(each.requirements):
                rows[key].append(each)
        return [
            Judged(
                row["id"], row["level"], found[row["id"]].section, found[row["id"]].text, row["verdict"],
                self.text(row["reason"]) or (UNTOLD if row["verdict"] == "not_tested" else ""),
                rows[row["id"]],
            )
            for row in self.result.judge()
        ]  # fmt: skip

    @cached_property
    def by_id(self) -> dict[str, Judged]:
        """The requirements by id."""
        return {row.id: row for row in self.requirements}

    def behind(self, row: Row) -> list[Judged]:
        """The requirements of an outcome, MUST first."""
        found = [self.by_id[key] for key in row.requirements if key in self.by_id]
        return sorted(found, key=lambda each: each.level != "MUST")

    def tally(self, level: str = "MUST") -> Counter[str]:
        """How many requirements of a level have which verdict."""
        return Counter(row.verdict for row in self.requirements if row.level == level)

    @property
    def skips(self) -> list[tuple[str, list[Row]]]:
        """The skips by reason, the most frequent first."""
        return grouped((f"known: {row.known}" if row.known else row.message, row) for row in self.of(SKIPPED))

    @property
    def gaps(self) -> list[tuple[str, list[Judged]]]:
        """The requirements that were not tested, by reason, the most frequent first."""
        return grouped((row.reason, row) for row in self.requirements if row.verdict == "not_tested")

    @property
    def remedies(self) -> list[str]:
        """The options that would let more of MUST be tested, the most useful first."""
        missing = [row for row in self.requirements if row.level == "MUST" and row.verdict == "not_tested"]
        found = [
            set(REMEDY.findall(" ".join([row.reason, *(each.message for each in row.rows)])))
            for row in missing
        ]
        return [name for name, _ in Counter(name for names in found for name in sorted(names)).most_common()]

    @cached_property
    def operations(self) -> list[Covered]:
        """All operations, in the order of the document."""
        calls = (
            {row.name: f"{row.method} {row.path}" for row in self.contract.operations}
            if self.contract
            else {}
        )
        names = dict.fromkeys([*calls, *(row.operation for row in self.rows if row.operation)])
        return [self._cover(name, calls.get(name, "")) for name in names]

    def _cover(self, name: str, call: str) -> Covered:
        rows = [row for row in self.rows if row.operation == name]
        return Covered(name, call, Counter(row.verdict for row in rows), sum(row.cases for row in rows))

    def text(self, text: str) -> str:
        """A text as it may be shown."""
        return clean(self.redact(text))


def grouped(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    """What has the same text together; the largest group first."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for text, row in pairs:
        groups[text].append(row)
    return sorted(groups.items(), key=lambda pair: -len(pair[1]))
