"""Uploads: what the record says of its file, and which files are refused."""

from dataclasses import replace
from typing import Any

from contract_tests.bodies import FILES, File
from contract_tests.grounds.uploaded import (
    fact_of,
    fields,
    files,
    formats,
    given,
    known,
    named,
    required,
    rows,
)
from contract_tests.laws import law
from contract_tests.relations import same
from contract_tests.trials import Trial
from contract_tests.uploads import (
    ask,
    large,
    part_of,
    sample,
    schemas_of,
    stored,
)
from contract_tests.views import look, shows

Json = Any
FORMATS = {"json": File("figures.json", b'[{"a": 1}, {"a": 2}]', "application/json"), "csv": FILES[""]}


@law("upload.facts", "the record of an upload says what is true of the file", known, writes=True)
def check_facts(trial: Trial) -> None:
    """A file with every byte, or many letters outside ASCII: the name, the size in bytes, the kind."""
    file, record = large(trial.operation), stored(trial)
    expected = {"name": file.name, "size": len(file.content), "media_type": file.media_type}[
        fact_of(trial.ground)
    ]
    _expect_field(trial, record.fields, expected, "the answer to the upload")
    if shows(trial, record) is not None:
        _expect_field(trial, look(trial, record), expected, "the record")


def _expect_field(trial: Trial, found: dict[str, Json], expected: Json, where: str) -> None:
    if trial.subject in found or where != "the answer to the upload":
        value = found.get(trial.subject)
        trial.expect(same(value, expected), f"{trial.subject} of {where} is another", expected, value)


@law("upload.rows", "a file with more rows has so many rows more", rows, writes=True)
def check_rows(trial: Trial) -> None:
    """Two files of which one has five rows more; whether a header counts is open."""
    if not sample(trial.operation).media_type.startswith("text/"):
        trial.skip("the upload takes no text")
    few, many = (_count(trial, FILES[""].content + b"delta,4\n" * more) for more in (0, 5))
    trial.expect(
        many - few == 5, f"five rows more change {trial.subject} from {few} to {many}", 5, many - few
    )


def _count(trial: Trial, content: bytes) -> int:
    name, _ = part_of(trial.operation)
    record = ask(trial, {name: replace(FILES[""], content=content)})
    trial.succeed(record.exchange)
    found = record.fields.get(trial.subject)
    return found if isinstance(found, int) else trial.skip(f"{record.exchange} without {trial.subject}")


@law("upload.format", "the format is detected where none is given", formats, writes=True)
def check_format(trial: Trial) -> None:
    """Files whose name, media type and content all say the same."""
    taken = trial.resource.properties[trial.subject].get("enum", ())
    name, _ = part_of(trial.operation)
    for word in (row for row in FORMATS if row in taken):
        record = ask(trial, {name: FORMATS[word]}, without=(trial.subject,))
        trial.succeed(record.exchange)
        found = look(trial, record).get(trial.subject)
        if found is None:
            trial.skip(f"the record has no {trial.subject}")
        trial.expect(found == word, f"{FORMATS[word].name} has another {trial.subject}", word, found)


@law("upload.given", "the format that the client gives wins over the detected one", given, writes=True)
def check_given(trial: Trial) -> None:
    """Another value than the file's name and content say."""
    name, file = part_of(trial.operation)[0], sample(trial.operation)
    detected = file.name.rpartition(".")[2]
    other = next(
        (row for row in schemas_of(trial.operation)[trial.subject].get("enum", ()) if row != detected), None
    )
    record = ask(trial, {name: file, trial.subject: other}) if other else trial.skip("it has no other value")
    trial.succeed(record.exchange)
    found = look(trial, record).get(trial.subject)
    if found is None:
        trial.skip(f"the record has no {trial.subject}")
    trial.expect(found == other, f"{trial.subject} is not the one that was given", other, found)


@law("upload.missing_part", "an upload without a required part is refused", required, writes=True)
def check_missing_part(trial: Trial) -> None:
    """A form with everything else."""
    record = ask(trial, without=(trial.subject,))
    trial.expect_kind(record.exchange, "invalid", "unreadable")


@law("upload.parts", "the fields beside the file are stored", fields, writes=True)
def check_parts(trial: Trial) -> None:
    """In the answer, where it has them, and in the record."""
    record = stored(trial)
    if trial.subject not in record.sent:
        trial.skip(f"{trial.subject} needs a value that is not known")
    expected = record.sent[trial.subject]
    _expect_field(trial, record.fields, expected, "the answer to the upload")
    _expect_field(trial, look(trial, record), expected, "the record")


@law("upload.names", "the stored name of a file has no path", named, writes=True)
def check_names(trial: Trial) -> None:
    """Names with a path of either kind; refusing them is right too."""
    file = sample(trial.operation)
    for folder in ("../../etc/", "C:\\files\\"):
        found = _named(trial, folder + file.name)
        trial.expect(
            found is None or not {"/", "\\"} & set(found),
            f"the name {folder}{file.name} is kept",
            file.name,
            found,
        )


@law("upload.unicode", "the name of a file keeps all its letters", named, writes=True)
def check_unicode(trial: Trial) -> None:
    """Letters outside ASCII, spaces and an ampersand."""
    extension = sample(trial.operation).name.rpartition(".")[2]
    for stem in ("Zoë & 日本", "two  words (1)"):
        found = _named(trial, f"{stem}.{extension}")
        if found is None:
            trial.skip(f"{stem}.{extension} was refused as a name")
        trial.expect(
            found == f"{stem}.{extension}", "the name is not as it was sent", f"{stem}.{extension}", found
        )


def _named(trial: Trial, name: str) -> str | None:
    record = ask(trial, {part_of(trial.operation)[0]: replace(sample(trial.operation), name=name)})
    if 200 <= record.exchange.status < 300 and trial.subject not in record.fields:
        trial.skip(f"{record.exchange} without {trial.subject}")
    return str(record.fields[trial.subject]) if trial.subject in record.fields else None


@law("upload.twice", "two uploads are two records", files, writes=True)
def check_twice(trial: Trial) -> None:
    """The same file twice; the first is still there."""
    first, second = (ask(trial) for _ in range(2))
    for record in (first, second):
        trial.succeed(record.exchange)
    trial.expect(first.key != second.key, "two uploads have the same key", "two keys", first.key)
    if shows(trial, first) is not None:
        found = look(trial, first).get(trial.resource.key)
        trial.expect(same(found, first.key), "the first upload is not there any more", first.key, found)
