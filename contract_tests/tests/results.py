"""Made-up results for the tests of the reports."""

from typing import Any

from contract_tests.exchanges import Exchange, Request, Response
from contract_tests.redaction import Redactor
from contract_tests.registers import Register, Requirement
from contract_tests.reports.report import Report
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED, Outcome, Result

Json = Any
SECRET = "tok-4f9a8b7c6d5e4f3a2b1c"
ABOUT = {
    "tool_version": "1.2.3", "api": "shop", "url": "https://shop.example.com/v1", "profile": "observe",
    "depth": "quick", "seed": 7, "duration_s": 1.25, "requests": 42, "date": "2026-01-02T03:04:05Z",
    "document": "0" * 64,
}  # fmt: skip
REQUIREMENTS = [
    Requirement("SH-01", "MUST", "1.1 Lists", "A page holds at most limit items.", ("paging.size",)),
    Requirement("SH-02", "MUST", "1.2 Order", "Items are sorted by name.", ("sort.order",)),
    Requirement("SH-03", "SHOULD", "1.3 Texts", "A name is shown as it was sent.", ("create.stored",)),
    Requirement("SH-04", "MUST", "2 Writes", "A deleted item is gone.", ("remove.gone",)),
    Requirement("SH-05", "MUST", "3 Hints", "Clients cache.", (), "it demands nothing of a server"),
]
OBSERVE = "the profile observe sends only GET and HEAD (--profile write)"


def exchange(
    path: str = "/items",
    *,
    status: int = 200,
    body: bytes = b'{"items": []}',
    method: str = "GET",
    **fields: Any,
) -> Exchange:
    """A request with the owner's credential and its answer."""
    request = Request(
        method, f"https://shop.example.com/v1{path}", role=fields.pop("role", "owner"), **fields
    )
    return Exchange(request, Response(status, {"content-type": "application/json"}, body, 0.01))


def failure(**changes: Any) -> Outcome:
    """A violated MUST, shown by two requests."""
    outcome = Outcome(
        "paging.size", "listItems", "limit", ("SH-01",), "MUST", FAILED, 3, "limit=2 gives a page of 3 items",
        2, 3, [exchange("/items"), exchange("/items?limit=2")], 0.5,
    )  # fmt: skip
    for name, value in changes.items():
        setattr(outcome, name, value)
    return outcome


def passed(
    law: str = "sort.order", operation: str = "listItems", ids: tuple[str, ...] = ("SH-02",)
) -> Outcome:
    """A law that holds."""
    return Outcome(law, operation, "", ids, "MUST", PASSED, 4, exchanges=[exchange()])


def warning() -> Outcome:
    """A violated SHOULD."""
    return Outcome(
        "create.stored", "createItem", "name", ("SH-03",), "SHOULD", WARNED, 1, "another name", "a", "b"
    )


def skipped(message: str = OBSERVE) -> Outcome:
    """A law that could not be judged."""
    return Outcome("remove.gone", "removeItem", "", ("SH-04",), "MUST", SKIPPED, message=message)


def result(*outcomes: Outcome) -> Result:
    """A result with the register of a shop."""
    return Result(dict(ABOUT), Register("shop", {row.id: row for row in REQUIREMENTS}), list(outcomes))


def report(*outcomes: Outcome) -> Report:
    """The report of a run that knows one secret."""
    return Report(result(*outcomes), redact=Redactor({SECRET: "$TOKEN"}))
