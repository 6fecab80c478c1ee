"""Accepted failures, and what changed since an earlier report."""

import json
from datetime import date
from pathlib import Path

import pytest

from contract_tests.problems import Unusable
from contract_tests.reports import compare, document, html, known
from contract_tests.reports.conclusions import conclude
from contract_tests.reports.report import Report
from contract_tests.tests.results import failure, passed, report, result, skipped, warning
from contract_tests.verdicts import Result

TODAY = date(2026, 6, 30)
ENTRY = {
    "law": "paging.size",
    "operation": "listItems",
    "reason": "being rewritten",
    "expires": date(2026, 6, 30),
}


def accept(found: Result, **changes: object) -> Result:
    known.accept(found, [known.Known(**(ENTRY | changes))], TODAY)  # type: ignore[arg-type]
    return found


def test_a_known_failure_is_skipped_with_its_reason() -> None:
    found = accept(result(failure(), passed()))
    assert found.summary == {"passed": 1, "failed": 0, "warned": 0, "skipped": 1}
    assert found.stale == []
    assert conclude(Report(found)).code == 0
    row = document.as_document(Report(found))["laws"][0]
    assert (row["verdict"], row["known"]) == ("skipped", "being rewritten (until 2026-06-30)")
    assert "being rewritten" in html.render(Report(found))


def test_a_requirement_with_a_known_failure_is_not_verified() -> None:
    found = accept(result(failure(), passed("paging.complete", ids=("SH-01",))))
    row = next(row for row in found.judge() if row["id"] == "SH-01")
    assert row["verdict"] == "not_tested"
    assert row["reason"].startswith("known failure: ")
    assert row["reason"].endswith(" – being rewritten (until 2026-06-30)")


def test_a_run_with_a_known_failure_says_so_where_it_passes() -> None:
    found = accept(result(failure(), passed()))
    assert conclude(Report(found)).sentence == "everything that was tested holds but for 1 known failure"


def test_an_expired_entry_does_not_count() -> None:
    found = accept(result(failure()), expires=date(2026, 6, 29))
    assert found.summary["failed"] == 1
    assert "was accepted until 2026-06-29" in found.outcomes[0].message


@pytest.mark.parametrize(("subject", "failed"), [(None, 0), ("limit", 0), ("offset", 1)])
def test_a_subject_narrows_an_entry(subject: str | None, failed: int) -> None:
    assert accept(result(failure()), subject=subject).summary["failed"] == failed


def test_an_entry_that_no_failure_matches_is_stale() -> None:
    found = accept(result(passed("paging.size")))
    assert found.stale == ["paging.size on listItems: being rewritten"]
    assert conclude(Report(found)).code == 1


def test_an_entry_for_an_operation_that_is_not_there_is_stale() -> None:
    assert accept(result(passed("paging.size", "other"))).stale


def test_an_entry_whose_law_did_not_run_is_not_stale() -> None:
    assert not accept(result(passed())).stale
    assert not accept(result(skipped()), law="remove.gone", operation="removeItem").stale


def test_a_file_of_entries_is_read(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(
        "- {law: paging.size, operation: listItems, reason: being rewritten, expires: 2026-06-30}\n"
    )
    assert known.load(file) == [known.Known(**ENTRY)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("law: a", "not a list"),
        ("- a", "entry 1 is not an object"),
        ("- {law: a, operation: b, reason: c}", "entry 1 lacks expires"),
        ("- {law: a, operation: b, reason: c, expires: soon}", "expires is not a day"),
        ("- {law: a, operation: b, reason: c, expires: 2026-01-01, until: 1}", "unknown member until"),
        ("- {", "not YAML"),
    ],
)
def test_a_file_that_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(text)
    with pytest.raises(Unusable, match=problem):
        known.load(file)


def test_an_empty_file_has_no_entries(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("# none yet\n")
    assert known.load(file) == []


def earlier(*outcomes: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(document.render(report(*outcomes)))  # type: ignore[arg-type]
    return found


def test_failures_are_new_fixed_or_still_there() -> None:
    now = report(failure(), warning(), passed())
    compare.compare(now, earlier(failure(), failure(law="sort.order", subject="")))
    assert {row.law: row.change for row in now.rows} == {
        "paging.size": "still",
        "create.stored": "new",
        "sort.order": "",
    }
    assert [row["law"] for row in now.fixed] == ["sort.order"]
    assert [row.law for row in now.failed + now.warned] == ["paging.size", "create.stored"]
    found = document.as_document(now)
    assert (found["laws"][0]["change"], found["fixed"][0]["law"]) == ("still", "sort.order")
    page = html.render(now)
    assert '<span class="pill change">new</span>' in page
    assert "<h2>Fixed" in page


def test_a_failure_whose_law_did_not_run_is_not_fixed() -> None:
    now = report(passed(), skipped())
    compare.compare(now, earlier(failure(), failure(law="remove.gone", operation="removeItem")))
    assert now.fixed == []
    assert [row["law"] for row in now.unjudged] == ["paging.size", "remove.gone"]


def test_a_subject_that_only_failures_name_is_fixed_when_the_operation_passes() -> None:
    now = report(passed("answer.type"))
    compare.compare(now, earlier(failure(law="answer.type", subject="/items/*/id")))
    assert [row["subject"] for row in now.fixed] == ["/items/*/id"]


def test_a_report_of_another_api_is_refused() -> None:
    with pytest.raises(Unusable, match="is of other, not of shop"):
        compare.compare(report(), {"api": "other", "laws": []})


@pytest.mark.parametrize("text", ["", "[]", '{"laws": 1}', '{"laws": [{}]}'])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(Unusable, match=r"not (JSON|a report\.json)"):
        compare.load(file)


def test_a_law_that_does_not_exist_is_said_with_those_near_it(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("- {law: paging.sise, operation: b, reason: c, expires: 2026-01-01}")
    with pytest.raises(Unusable, match=r"entry 1: there is no law paging.sise; near it: paging\.size"):
        known.load(file, ["paging.size", "sort.order"])
