"""Why a request was refused: for each fault the rule of the document, and what would have been valid."""

import difflib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .declared import Api, Operation
from .examples import make_example
from .problems import ROOT, Fault, Problem
from .schemas import Json, expand, follow, point, show
from .suggestions import suggest
from .values import dump

MOST = 50  # faults that are explained
LONGEST = 400  # characters of a value that is shown whole
REQUIREMENTS = "x-requirements"


@dataclass
class Place:
    """A place in a document, and the nodes on the way to it. is_there: whether all steps were found."""

    document: Json
    pointer: str
    nodes: list[Any] = field(default_factory=list)
    is_there: bool = True

    @property
    def node(self) -> Any:
        """What is there."""
        return self.nodes[-1]

    def step(self, name: str | int) -> bool:
        """One step on, through a `$ref` where there is one. Whether there was such a step."""
        self._follow()
        if name == "$ref":
            return True
        node, key = self.node, name
        if isinstance(node, dict) and name not in node:  # media types are the same in any case
            key = next((known for known in node if str(known).lower() == name), name)
        try:
            below = node[key]
        except (LookupError, TypeError):
            return False
        self.nodes.append(below)
        self.pointer += point(key)
        return True

    def _follow(self) -> None:
        while isinstance(self.node, dict) and isinstance(self.node.get("$ref"), str):
            self.pointer = unquote(self.node["$ref"]).removeprefix("#")
            self.nodes.append(follow(self.document, {"$ref": self.node["$ref"]}))

    def go(self, *names: str | int) -> "Place":
        """As far as there are steps of these names."""
        self.is_there = all(self.step(name) for name in names)
        return self

    def requirements(self) -> list[str]:
        """The ids of the requirements that are nearest, on the way here."""
        marked = (node for node in reversed(self.nodes) if isinstance(node, dict) and REQUIREMENTS in node)
        return list(next(marked, {}).get(REQUIREMENTS, ()))


def explain(api: Api, problem: Problem, operation: Operation | None = None) -> bytes:
    """What was wrong with a request, as JSON: a list with an object for each fault."""
    place = "body" if problem.kind == "unreadable" else "request"
    faults = [*problem.faults, *problem.clues] or [Fault(place, "", "")]
    return dump([_explain(api, operation, problem, fault) for fault in faults[:MOST]])


def _explain(api: Api, operation: Operation | None, problem: Problem, fault: Fault) -> Json:
    place = _find_place(api, operation, problem.kind, fault)
    is_relative = fault.rule and fault.rule[0] != ROOT and place.is_there
    keyword = str(fault.rule[-1]) if is_relative else ""
    schema = place.nodes[-2] if keyword and len(place.nodes) > 1 else {}
    nearest = fault.nearest
    if nearest is None and keyword and isinstance(schema, dict):
        nearest = _suggest(api, fault, keyword, schema)
    if nearest is None and problem.kind == "unreadable" and fault.location == "body" and operation:
        nearest = next((make_example(schema) for schema in operation.requests.values()), None)
    return {
        "location": fault.location,
        "pointer": fault.pointer,
        "rule": place.pointer or None,
        "expected": fault.expected or (_tell(keyword, place.node) if keyword else None),
        "received": _cut(fault.value),
        "nearest": _cut(nearest),
        "requirements": _find_requirements(place, fault, keyword, schema),
        "message": fault.message or problem.message,
    }


def _find_place(api: Api, operation: Operation | None, kind: str, fault: Fault) -> Place:
    """Where the document says what was violated."""
    root = Place(api.document, "", [api.document])
    if fault.rule and fault.rule[0] == ROOT:
        return root.go(*fault.rule[1:])
    if operation is None:
        return root.go("paths")
    here = root.go("paths", operation.path, operation.method)
    if fault.location == "body" or kind in ("unsupported", "unreadable", "too_large"):
        return here.go("requestBody", *fault.rule)
    return _find_parameter(root, operation, fault) or here.go(*HINTS.get(kind, ()))


HINTS = {"forbidden": ("x-sandbox", "needs"), "not_acceptable": ("responses",)}


def _find_parameter(here: Place, operation: Operation, fault: Fault) -> Place | None:
    """The parameter that the fault is about: of the operation, else of its path."""
    name = fault.pointer.partition("/")[0]
    if not any(p.name == name and p.location == fault.location for p in operation.parameters):
        return None
    for steps in ((operation.method, "parameters"), ("parameters",)):
        place = Place(here.document, "", [here.document]).go("paths", operation.path)
        if all(place.step(step) for step in steps):
            for index, node in enumerate(place.node):
                found = follow(here.document, node)
                if (found["name"], found["in"]) == (name, fault.location):
                    return place.go(index, *(fault.rule or ("$ref",)))
    return None


def _suggest(api: Api, fault: Fault, keyword: str, schema: Json) -> Any:
    """The nearest valid value of a part that violates a keyword of a schema."""
    name = fault.field.rpartition(".")[2]
    if keyword == "required":
        return _make_missing(api, schema, name)
    if keyword == "additionalProperties":
        return next(iter(difflib.get_close_matches(name, schema.get("properties", {}), 1)), None)
    if "schema" not in fault.rule or "x-sandbox" in fault.rule:
        return None
    return suggest(expand(api.document, schema), fault.value, api.registry)


def _make_missing(api: Api, node: Json, name: str) -> Any:
    """An example of what is missing. node: a parameter, a request body, or the schema of an object."""
    if "in" in node and "example" in node:
        return node["example"]
    bodies = [part.get("schema", {}) for part in node.get("content", {}).values()]
    missing = (
        bodies[0] if bodies else node["schema"] if "in" in node else node.get("properties", {}).get(name, {})
    )
    return make_example(expand(api.document, missing))


def _find_requirements(place: Place, fault: Fault, keyword: str, schema: Any) -> list[str]:
    """Those of the missing property itself, else those nearest to the rule."""
    if keyword == "required" and isinstance(schema, dict):
        part = schema.get("properties", {}).get(fault.field.rpartition(".")[2], {})
        if REQUIREMENTS in part:
            return list(part[REQUIREMENTS])
    return place.requirements()


def _tell(keyword: str, value: Any) -> str:
    """A keyword as a reader knows it: `maxLength 100`."""
    return f"{keyword} {value if isinstance(value, str) else dump(value).decode()}"[:LONGEST]


def _cut(value: Any) -> Any:
    """The value itself, or the start of its text if that is long."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    return value if len(dump(value)) <= LONGEST else show(value)
