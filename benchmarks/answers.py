"""What the sandbox really answers, so that each peer can be given the same answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .load import RECORD, SCENARIOS, Scenario, check
from .processes import Unmeasurable, ask, run
from .servers import Server


@dataclass(frozen=True)
class Answer:
    """The sandbox's answer to one kind of request. text: its body, JSON."""

    scenario: Scenario
    text: str

    @property
    def status(self) -> int:
        """200 or 201."""
        return 201 if self.scenario.creates else 200

    @property
    def value(self) -> Any:
        """The body."""
        return json.loads(self.text)

    def is_like(self, value: Any) -> bool:
        """Whether it is the same, or a new record with the same in all fields that were sent but its key."""
        if not self.scenario.creates:
            return bool(value == self.value)
        sent = json.loads(RECORD % "") | {"resourceKey": value.get("resourceKey")}
        return bool(value.keys() == self.value.keys() and value.items() >= sent.items())


def ask_answers(sandbox: Server, cache: str) -> tuple[list[Answer], dict[str, Any]]:
    """The answer to each kind of request, and the document that is served. Raises Unmeasurable."""
    with run(sandbox, cache) as running:
        running.wait([f"{running.url}/openapi.json"])
        document = json.loads(ask(f"{running.url}/openapi.json")[1])
        answers = [Answer(scenario, check(running.url, scenario, "asked").decode()) for scenario in SCENARIOS]
    return answers, document


def exemplify(document: Mapping[str, Any], answers: Sequence[Answer]) -> dict[str, Any]:
    """The document at the root of its server, with the answers for examples. Raises Unmeasurable.

    Examples of whole schemas are left out: Prism prefers them.
    """
    copied: dict[str, Any] = json.loads(json.dumps(document)) | {"servers": [{"url": "/"}]}
    for schema in copied["components"]["schemas"].values():
        schema.pop("example", None)
    for answer in answers:
        operation = _find_operation(copied["paths"], answer.scenario)
        media = operation["responses"][str(answer.status)]["content"]["application/json"]
        media.pop("example", None)
        media.setdefault("examples", {})[answer.scenario.key] = {"value": answer.value}
    return copied


def _find_operation(paths: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """The operation of a request."""
    path = scenario.path.partition("?")[0]
    for template, operations in paths.items():
        if scenario.method.lower() in operations and _fits(path, template):
            found: dict[str, Any] = operations[scenario.method.lower()]
            return found
    raise Unmeasurable(f"the document has no {scenario.method} {path}")


def _fits(path: str, template: str) -> bool:
    parts, names = path.split("/"), template.split("/")
    return len(parts) == len(names) and all(
        name == part or name.startswith("{") for part, name in zip(parts, names, strict=True)
    )
