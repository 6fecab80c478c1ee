"""Kinds of files: which are taken, which are refused, and who tells them apart."""

from collections.abc import Iterable
from dataclasses import replace

from contract_tests.bodies import FILES, File
from contract_tests.grounds.uploaded import filled, kinds, picky
from contract_tests.laws import law
from contract_tests.trials import Trial
from contract_tests.uploads import (
    ask,
    fact_field,
    part_of,
    sample,
    words_of,
)

REFUSED = (400, 415, 422)
STRANGE = (
    File("notes.txt", b"Just a few words.\n", "text/plain"),
    File("page.html", b"<!DOCTYPE html><html><body>Words</body></html>", "text/html"),
    File("program.exe", b"MZ\x90\x00\x03\x00\x00\x00\x04" + b"\x00" * 64, "application/x-msdownload"),
)


@law("upload.sniffed", "the kind of a file is told by its bytes, not by the client", kinds, writes=True)
def check_sniffed(trial: Trial) -> None:
    """A file that is sent as text keeps its true kind, or is refused."""
    name, file = part_of(trial.operation)[0], sample(trial.operation)
    record = ask(trial, {name: replace(file, media_type="text/plain")})
    found = record.fields.get(trial.subject)
    held = record.exchange.status in REFUSED or found == file.media_type
    trial.expect(
        held,
        f"{record.exchange}: a {file.media_type} file that was sent as text/plain",
        file.media_type,
        found,
    )


@law("upload.accepts", "a file of a listed kind is taken", picky, writes=True)
def check_accepts(trial: Trial) -> None:
    """A small file of each listed kind."""
    name, field = part_of(trial.operation)[0], fact_field(trial.operation, "media_type")
    for file in [FILES[kind] for kind in words_of(trial.operation)["types"] if kind in FILES]:
        record = ask(trial, {name: file})
        status = record.exchange.status
        trial.expect(
            200 <= status < 300,
            f"{record.exchange}: a file of the listed kind {file.media_type}",
            "success",
            status,
        )
        if field in record.fields:
            trial.expect(
                record.fields[field] == file.media_type,
                f"{field} is another kind",
                file.media_type,
                record.fields[field],
            )


@law("upload.types", "a file of a kind that is not listed is refused", picky, writes=True)
def check_types(trial: Trial) -> None:
    """A text, a page and a program, each sent as what it is."""
    _refuse(trial, STRANGE)


@law("upload.disguised", "a file that only pretends to be of a listed kind is refused", picky, writes=True)
def check_disguised(trial: Trial) -> None:
    """A text with the name and media type of a listed kind."""
    _refuse(trial, (replace(sample(trial.operation), content=STRANGE[0].content),))


@law("upload.empty", "an empty file is refused", filled, writes=True)
def check_empty(trial: Trial) -> None:
    """A file of a taken kind without a byte."""
    _refuse(trial, (replace(sample(trial.operation), content=b""),))


def _refuse(trial: Trial, refused: Iterable[File]) -> None:
    for file in refused:
        record = ask(trial, {part_of(trial.operation)[0]: file})
        status = record.exchange.status
        trial.expect(
            status in REFUSED,
            f"{record.exchange} to {file.name} ({file.media_type})",
            "400, 415 or 422",
            status,
        )
