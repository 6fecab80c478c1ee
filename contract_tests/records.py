"""Records of our own: made for a law, noted in the ledger, and removed again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.answers import dig
from contract_tests.exchanges import Exchange
from contract_tests.ledger import Entry
from contract_tests.operations import Operation, Resource
from contract_tests.relations import write

Json = Any
MARK = 40  # characters that a field must hold to carry the mark of a run


class Unmakeable(Exception):
    """A record cannot be made; the text says why."""


@dataclass(eq=False)
class Record:
    """A record that the run made.

    `fields` is the record as the server answered it, flat; `sent` the body; `path` the path parameters of
    its creation; `parents` the records that it belongs to.
    """

    resource: Resource
    fields: dict[str, Json]
    sent: dict[str, Json]
    path: dict[str, Json]
    exchange: Exchange
    entry: Entry | None = None
    role: str = "owner"
    parents: list["Record"] = field(default_factory=list)
    kept: bool = False  # until the end of the run

    @property
    def key(self) -> Json:
        """Its key."""
        return self.fields.get(self.resource.key)


def address(operation: Operation, record: Record) -> dict[str, Json]:
    """The path parameters by which the operation names the record."""
    values = {}
    for parameter in operation.within("path"):
        fields = parameter.fields
        found = dig(record.fields, record.resource.dealias(fields[0])) if fields else []
        if found:
            accepts = operation.contract.validator(parameter.schema).accepts
            form = write(parameter, accepts, found[0])
            values[parameter.name] = found[0] if form is None else form
        else:
            values[parameter.name] = record.path.get(parameter.name, record.key) if fields else record.key
    return values


def holds_mark(node: Mapping[str, Json]) -> bool:
    """Whether a field of that schema can hold the mark of a run."""
    plain = node.get("type") == "string" and not {"enum", "pattern"} & (node.keys() - {"pattern"})
    room = node.get("maxLength", MARK) >= MARK
    pattern = re.compile(node.get("pattern", ""))
    return plain and room and node.get("format") in (None, "email") and bool(pattern.search("t0a1b2c3d-12"))
