"""Uploads of files, and what the document says of them."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.trials import Ground
from contract_tests.uploads import (
    part_of,
    parts_of,
    schemas_of,
    uploads,
    words_of,
)


def files(contract: Contract) -> Iterable[Ground]:
    """Every upload."""
    for operation in uploads(contract):
        yield Ground(operation, "", (tuple(contract.ids_of(part_of(operation)[1], deep=False)),))


def facts(contract: Contract) -> Iterable[Ground]:
    """Every field that holds a fact of the file; the subject is the field."""
    for ground in files(contract):
        resource = ground.operation.resource
        for name in words_of(ground.operation).get("facts", {}):
            node = resource.properties.get(name, {}) if resource else {}
            yield Ground(ground.operation, name, (tuple(contract.ids_of(node, deep=False)), *ground.places))


def known(contract: Contract) -> Iterable[Ground]:
    """The facts that a file has wherever it is sent: its name, size and kind."""
    return (row for row in facts(contract) if fact_of(row) in ("name", "size", "media_type"))


def named(contract: Contract) -> Iterable[Ground]:
    """The fields that hold the file's name."""
    return (row for row in facts(contract) if fact_of(row) == "name")


def rows(contract: Contract) -> Iterable[Ground]:
    """The fields that hold the number of rows."""
    return (row for row in facts(contract) if fact_of(row) == "rows")


def formats(contract: Contract) -> Iterable[Ground]:
    """The fields that hold the format."""
    return (row for row in facts(contract) if fact_of(row) == "format")


def given(contract: Contract) -> Iterable[Ground]:
    """The fields that hold the format, where the form has them too."""
    for ground in formats(contract):
        node = schemas_of(ground.operation).get(ground.subject)
        if node is not None:
            yield Ground(
                ground.operation, ground.subject, (tuple(contract.ids_of(node, deep=False)), *ground.places)
            )


def kinds(contract: Contract) -> Iterable[Ground]:
    """The fields that hold the media type, where the document lists those that are taken."""
    return (
        row
        for row in facts(contract)
        if fact_of(row) == "media_type" and words_of(row.operation).get("types")
    )


def picky(contract: Contract) -> Iterable[Ground]:
    """Every upload that takes only listed kinds."""
    return (row for row in files(contract) if words_of(row.operation).get("types"))


def filled(contract: Contract) -> Iterable[Ground]:
    """Every upload whose file may not be empty: the document says so, or it must be of a listed kind."""
    for ground in files(contract):
        words, node = words_of(ground.operation), part_of(ground.operation)[1]
        if words.get("min_bytes") or node.get("minLength") or words.get("types"):
            yield ground


def required(contract: Contract) -> Iterable[Ground]:
    """Every required field of the form; the subject is the field."""
    for operation in uploads(contract):
        for name in operation.body[1].get("required", ()) if operation.body else ():
            yield Ground(operation, name, (tuple(contract.ids_of(schemas_of(operation)[name], deep=False)),))


def fields(contract: Contract) -> Iterable[Ground]:
    """Every field of the form beside the file that the record has too; the subject is the field."""
    for operation in uploads(contract):
        for name, node in schemas_of(operation).items():
            if (
                name not in parts_of(operation)
                and operation.resource
                and name in operation.resource.properties
            ):
                yield Ground(operation, name, (tuple(contract.ids_of(node, deep=False)),))


def fact_of(ground: Ground) -> str:
    return str(words_of(ground.operation)["facts"][ground.subject])
