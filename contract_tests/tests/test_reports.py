"""The files of a report: what stands in them, and that any text is harmless there."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contract_tests.problems import Unusable
from contract_tests.reports import document, html, junit
from contract_tests.reports.conclusions import conclude, scope
from contract_tests.reports.files import write_all
from contract_tests.reports.report import Report
from contract_tests.tests.results import ABOUT, exchange, failure, passed, report, result, skipped, warning

PROMISED = {
    "tool_version", "api", "url", "profile", "depth", "seed", "duration_s", "requests",
    "summary", "laws", "requirements",
}  # fmt: skip
HOSTILE = "<script>alert(1)</script>\x1b[31m\x00\ud800\u202e]]>&\"'"


@pytest.fixture
def mixed() -> Report:
    return report(failure(), passed(), warning(), skipped())


def test_json_has_the_promised_keys(mixed: Report) -> None:
    found = json.loads(document.render(mixed))
    assert set(found) >= PROMISED
    assert set(found["laws"][0]) >= {
        "law", "operation", "requirements", "level", "verdict", "cases", "message", "curl",
    }  # fmt: skip
    assert all(set(row) >= {"id", "level", "verdict", "reason"} for row in found["requirements"])
    assert found["summary"] == {"passed": 1, "failed": 1, "warned": 1, "skipped": 1}
    assert {name: found[name] for name in ABOUT} == ABOUT


def test_json_says_the_verdict_on_each_requirement(mixed: Report) -> None:
    verdicts = {
        row["id"]: (row["verdict"], row["reason"]) for row in document.as_document(mixed)["requirements"]
    }
    assert verdicts["SH-01"] == ("violated", "limit=2 gives a page of 3 items")
    assert verdicts["SH-02"] == ("verified", "")
    assert verdicts["SH-03"] == ("warned", "another name")
    assert verdicts["SH-04"][0] == "not_tested"
    assert verdicts["SH-05"] == ("not_tested", "it demands nothing of a server")


def test_json_keeps_the_order_of_the_requests(mixed: Report) -> None:
    row = document.as_document(mixed)["laws"][0]
    assert row["curl"] == [
        """curl -i https://shop.example.com/v1/items -H "Authorization: Bearer $TOKEN\"""",
        """curl -i 'https://shop.example.com/v1/items?limit=2' -H "Authorization: Bearer $TOKEN\"""",
    ]
    assert row["statuses"] == [200, 200]


def test_junit_has_a_suite_for_each_family_and_a_case_for_each_outcome(mixed: Report) -> None:
    root = ElementTree.fromstring(junit.render(mixed))
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "0", "skipped": "1",
    }  # fmt: skip
    assert [suite.get("name") for suite in root] == ["create", "paging", "remove", "sort"]
    case = root.find("testsuite[@name='paging']/testcase")
    assert case is not None
    assert case.attrib == {
        "classname": "shop.paging",
        "name": "paging.size listItems (limit)",
        "time": "0.500",
    }


def test_junit_shows_the_requirement_and_the_requests_of_a_failure(mixed: Report) -> None:
    found = ElementTree.fromstring(junit.render(mixed)).find(".//failure")
    assert found is not None
    assert found.get("message") == "limit=2 gives a page of 3 items"
    for words in (
        "SH-01 MUST, 1.1 Lists: A page holds",
        "expected: 2",
        "actual: 3",
        "items?limit=2'",
        "answered 200",
    ):
        assert words in (found.text or "")


def test_junit_says_why_a_law_was_skipped_and_what_a_warning_means(mixed: Report) -> None:
    root = ElementTree.fromstring(junit.render(mixed))
    skip, output = root.find(".//skipped"), root.find(".//system-out")
    assert skip is not None
    assert "--profile write" in skip.get("message", "")
    assert output is not None
    assert (output.text or "").startswith("WARNING: another name")


def test_junit_fails_for_a_stale_entry_and_an_early_end() -> None:
    late = report(passed())
    late.result.stopped, late.result.stale = "the time was over", ["paging.size on listItems: old"]
    root = ElementTree.fromstring(junit.render(late))
    assert (root.get("failures"), root.get("errors")) == ("1", "1")


def test_page_is_one_file_that_loads_and_runs_nothing(mixed: Report) -> None:
    page = html.render(mixed)
    for word in ("<script", "<link", "@import", "url(", "src=", "onclick"):
        assert word not in page


def test_page_shows_the_first_failure_before_anything_else_but_the_head(mixed: Report) -> None:
    page = html.render(mixed)
    places = [
        page.index(text) for text in ("FAILED</strong>", ">Requirements 5<", 'id="failures"', 'id="warnings"')
    ]
    assert places == sorted(places)
    assert page.index('id="warnings"') < page.index('id="requirements"') < page.index('id="operations"')


def test_page_opens_each_requirement_to_its_evidence(mixed: Report) -> None:
    page = html.render(mixed)
    row = page[page.index('id="SH-02"') :]
    row = row[: row.index('id="SH-03"')]
    for words in ("sort.order", "4 cases", "curl -i https://shop.example.com/v1/items", "200 OK"):
        assert words in row


def test_page_says_what_was_not_tested_and_why(mixed: Report) -> None:
    gaps = html.render(mixed).partition('id="gaps"')[2]
    assert "it demands nothing of a server" in gaps
    assert "--profile write" in gaps


@pytest.mark.parametrize("render", [html.render, junit.render, document.render])
def test_any_text_is_harmless(render: object) -> None:
    body = HOSTILE.encode("utf-8", "surrogatepass")
    row = failure(message=HOSTILE, expected=HOSTILE, actual={HOSTILE: HOSTILE}, subject=HOSTILE)
    row.exchanges = [exchange(body=body)]
    text = render(report(row))  # type: ignore[operator]
    text.encode("utf-8")
    assert not {"\x00", "\x1b", "\u202e"} & set(text)
    if render is html.render:
        assert "<script>" not in text
    elif render is junit.render:
        ElementTree.fromstring(text)
    else:
        json.loads(text)


def test_files_are_written_to_a_new_folder(tmp_path: Path, mixed: Report) -> None:
    files = write_all(mixed, tmp_path / "a" / "b")
    assert sorted(row.name for row in files) == ["junit.xml", "report.html", "report.json"]
    assert all(row.stat().st_size for row in files)


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, mixed: Report) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match="cannot be written"):
        write_all(mixed, tmp_path / "file")


def test_conclusion_tells_failed_from_not_judged() -> None:
    assert conclude(report(failure(), passed())).code == 1
    assert conclude(report(warning(), passed())).code == 0
    assert conclude(report(skipped())).code == 2
    assert conclude(Report(result(passed()), required=90)).code == 2
    early = result(passed())
    early.stopped = "the time was over"
    assert conclude(Report(early)).code == 2
    assert conclude(Report(early, partial=True)).code == 0
    early.outcomes.append(failure())
    assert conclude(Report(early)).code == 1


def test_scope_names_what_the_profile_leaves_out(mixed: Report) -> None:
    assert scope(mixed) == "observe: 1 of 4 MUST verified, 1 violated, 2 not tested: --profile write"


def test_same_texts_of_other_types_are_told_apart() -> None:
    row = report(failure(expected="5", actual=5)).rows[0]
    assert (row.expected, row.actual) == ('"5"', "5")


def test_many_requests_before_a_failure_are_folded_away() -> None:
    long = failure(exchanges=[exchange(f"/items?turn={turn}") for turn in range(20)])
    page = html.render(Report(result(long)))
    assert "<summary>8 requests before these</summary>" in page
    assert '<ol class="steps" start="9">' in page
    assert page.index("turn=7") < page.index('start="9"') < page.index("turn=8")
    assert "before these" not in html.render(Report(result(failure())))
