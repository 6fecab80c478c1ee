"""Uploads: operations that take a file in a form, and the files that laws send to them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contract_tests import samples
from contract_tests.bodies import File
from contract_tests.contracts import Contract
from contract_tests.operations import Operation
from contract_tests.records import Record, Unmakeable
from contract_tests.schemas import Node, merge
from contract_tests.trials import Trial

Json = Any
TAIL = bytes(range(256)) * 300  # every byte, and more than one chunk


def uploads(contract: Contract) -> Iterator[Operation]:
    """The operations that make a record of a file in a form."""
    for operation in contract.operations:
        form = operation.body is not None and operation.body[0].startswith("multipart/")
        if form and operation.resource and operation.does in ("create", "upsert") and parts_of(operation):
            yield operation


def schemas_of(operation: Operation) -> dict[str, Node]:
    """The schema of each field of the form."""
    properties = operation.body[1].get("properties", {}) if operation.body else {}
    return {name: merge(operation.contract.root, node) for name, node in properties.items()}


def parts_of(operation: Operation) -> list[str]:
    """The names of the fields that are files."""
    return [name for name, node in schemas_of(operation).items() if node.get("format") == "binary"]


def part_of(operation: Operation) -> tuple[str, Node]:
    """Name and schema of the file."""
    name = parts_of(operation)[0]
    return name, schemas_of(operation)[name]


def words_of(operation: Operation) -> Node:
    """What the vocabulary says of the file."""
    words: Node = part_of(operation)[1].get("x-sandbox", {}).get("file", {})
    return words


def fact_field(operation: Operation, fact: str) -> str:
    """The field of the record that holds the fact; empty where none does."""
    return next((name for name, value in words_of(operation).get("facts", {}).items() if value == fact), "")


def sample(operation: Operation) -> File:
    """A small file of the first kind that is taken."""
    name, node = part_of(operation)
    return samples.file_of(node, name)


def large(operation: Operation) -> File:
    """A valid file in which bytes, characters and lines are easily mistaken for each other."""
    file = sample(operation)
    if file.media_type.startswith("text/"):
        return replace(file, content=file.content + "Zoë 日本,4\r\nñandú,5\r\n".encode() * 4000)
    return replace(file, content=file.content + TAIL)


def ask(
    trial: Trial, values: Mapping[str, Json] | None = None, *, operation: Operation | None = None,
    without: tuple[str, ...] = (), path: dict[str, Json] | None = None, kept: bool = False,
) -> Record:  # fmt: skip
    """Ask for an upload, whatever the answer. Raises Unmakeable where none may be made.

    Parameters: values, fields of the form; operation, another one than the trial's; without, fields to leave
    out; path, of an upload beside an earlier one; kept, until the end of the run.
    """
    operation, maker = operation or trial.operation, trial.maker
    maker.creation(operation.resource or trial.resource)
    made = len(maker.made)
    parents: list[Record] = []
    if path is None:
        path, parents = maker.lineage(operation)
    body, more = maker.drafts.body(operation, "owner", values or {})
    sent = {name: value for name, value in body.items() if name not in without}
    record = maker.create(operation, path, sent, parents=parents + more)
    for row in maker.made[made:]:
        row.kept = row.kept or kept
    return record


def stored(trial: Trial, operation: Operation | None = None) -> Record:
    """An upload of a large file with all fields of the form, made once for many laws."""
    operation = operation or trial.operation
    key = ("upload", operation.name)
    if key not in trial.session.memo:
        name, _ = part_of(operation)
        trial.session.memo[key] = ask(
            trial, {name: large(operation), **extras(trial, operation)}, operation=operation, kept=True
        )
    record: Record = trial.session.memo[key]
    if not 200 <= record.exchange.status < 300:
        raise Unmakeable(
            f"{record.exchange}: {record.exchange.response.body[:200].decode('utf-8', 'replace')}"
        )
    return record


def extras(trial: Trial, operation: Operation) -> dict[str, Json]:
    """Values for the fields of the form beside the file that the server may not make by itself."""
    resource = operation.resource
    references = resource.words.get("references", {}) if resource else {}
    values: dict[str, Json] = {}
    for name, node in schemas_of(operation).items():
        if name in parts_of(operation) or name in references or name in words_of(operation).get("facts", {}):
            continue
        if "enum" in node:
            values[name] = node["enum"][1 % len(node["enum"])]
        elif node.get("format") == "date":
            values[name] = "2019-08-07"
        elif node.get("type") == "string" and not {"format", "pattern"} & node.keys():
            values[name] = f"Zoë {trial.session.name()}"[: node.get("maxLength", 100)]
    return values
