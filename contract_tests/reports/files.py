"""The files of a report."""

from pathlib import Path

from contract_tests.reports import document, html, junit
from contract_tests.reports.problems import Unusable
from contract_tests.reports.report import Report

RENDERERS = {"report.html": html.render, "junit.xml": junit.render, "report.json": document.render}


def write_all(report: Report, folder: Path) -> list[Path]:
    """Write report.html, junit.xml and report.json; the folder is made. Raises Unusable."""
    written = []
    for name, render in RENDERERS.items():
        file, text = folder / name, render(report)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise Unusable(f"{file}: the report cannot be written ({error.strerror})") from None
        written.append(file)
    return written
