"""junit.xml: one suite for each family of laws, one case for each law, operation and subject."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from contract_tests.reports.conclusions import conclude
from contract_tests.reports.report import Report, grouped
from contract_tests.reports.rows import Row
from contract_tests.verdicts import FAILED, SKIPPED, WARNED

PROPERTIES = ("tool_version", "url", "profile", "depth", "seed", "requests")


def render(report: Report) -> str:
    """The text of junit.xml."""
    root = Element("testsuites", name=str(report.about.get("api", "contract")))
    _add_run(root, report)
    for family, rows in sorted(grouped((row.family, row) for row in report.rows)):
        _add_suite(root, report, family, rows)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{float(report.about.get('duration_s') or 0):.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, report: Report, family: str, rows: list[Row]) -> None:
    suite = SubElement(
        root, "testsuite", name=family, tests=str(len(rows)), errors="0",
        failures=str(sum(row.verdict == FAILED for row in rows)),
        skipped=str(sum(row.verdict == SKIPPED for row in rows)),
        time=f"{sum(row.seconds for row in rows):.3f}",
    )  # fmt: skip
    if report.about.get("date"):
        suite.set("timestamp", str(report.about["date"]))
    properties = SubElement(suite, "properties")
    for name in PROPERTIES:
        SubElement(properties, "property", name=name, value=str(report.about.get(name, "")))
    for row in rows:
        _add_case(suite, report, row)


def _add_case(suite: Element, report: Report, row: Row) -> None:
    name = f"{row.law} {row.place}".strip()
    case = SubElement(
        suite, "testcase", classname=_class(report, row.family), name=name, time=f"{row.seconds:.3f}"
    )
    if row.verdict == FAILED:
        SubElement(case, "failure", message=row.message, type=row.law).text = describe(report, row)
    elif row.verdict == SKIPPED:
        SubElement(case, "skipped", message=f"known: {row.known}" if row.known else row.message)
    elif row.verdict == WARNED:
        SubElement(case, "system-out").text = f"WARNING: {row.message}\n{describe(report, row)}"


def describe(report: Report, row: Row) -> str:
    """What a failure means and how to see it, as plain text."""
    lines = [row.sentence] if row.sentence else []
    lines += [f"{each.id} {each.level}, {each.section}: {each.text}" for each in report.behind(row)]
    lines += [f"expected: {row.expected}"] if row.expected else []
    lines += [f"actual: {row.actual}"] if row.actual else []
    return "\n".join([*lines, *(f"{step.curl}  # answered {step.status}" for step in row.steps)])


def _add_run(root: Element, report: Report) -> None:
    """What makes a run fail though no law does: an early end, and stale entries of known failures."""
    stale, stopped = report.result.stale, report.text(report.result.stopped)
    count = len(stale) + bool(stopped)
    if not count:
        return
    suite = SubElement(
        root, "testsuite", name="run", tests=str(count), failures=str(len(stale)),
        errors=str(int(bool(stopped))), skipped="0", time="0.000",
    )  # fmt: skip
    if stopped:
        case = SubElement(
            suite, "testcase", classname=_class(report, "run"), name="the run is complete", time="0.000"
        )
        SubElement(case, "error", message=stopped, type="stopped").text = conclude(report).sentence
    for entry in stale:
        text = report.text(entry)
        case = SubElement(
            suite, "testcase", classname=_class(report, "run"), name=f"known: {text}", time="0.000"
        )
        SubElement(
            case, "failure", message="this known failure did not happen: remove the entry", type="stale"
        )


def _class(report: Report, family: str) -> str:
    return f"{report.about.get('api', 'contract')}.{family}"
