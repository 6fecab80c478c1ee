"""Where the failure of a check is: the parameter, field, header or status, and the statements there."""

import re
from dataclasses import dataclass
from typing import Any

from schemathesis import Case

from contract_tests.exchanges import Exchange, NotJson
from contract_tests.fuzzing.levels import Rule
from contract_tests.fuzzing.weights import Place
from contract_tests.operations import Operation
from contract_tests.schemas import Violation

Json = Any


@dataclass(frozen=True)
class Failed:
    """One failed check: the failure as Schemathesis describes it, the request and its answer."""

    operation: Operation
    case: Case[Any]
    exchange: Exchange
    failure: Any


def locate(rule: Rule, failed: Failed) -> Place:
    """The place that a failure is about."""
    finder = FINDERS.get(rule.check)
    return finder(failed) if finder else Place(str(failed.exchange.status), failed.operation.places)


def _negative(failed: Failed) -> Place:
    operation, case = failed.operation, failed.case
    violation = None if operation.body is None else _broken_body(operation, case)
    if violation is not None:
        null = violation.law != "answer.required" and _reach(case.body, violation.pointer) is None
        law = "request.null" if null else violation.law.replace("answer.", "request.")
        return Place(violation.pointer, violation.places, null, also=(law,), own=violation.places[:1])
    data = case.meta.phase.data if case.meta else None
    names = [data.parameter] if data and data.parameter else _mutated(data)
    for name in names:
        parameter = next((row for row in operation.parameters if row.name == name), None)
        if parameter is not None:
            return Place(f"{parameter.where} {name}", (parameter.ids,), light=True, own=(parameter.ids,))
    return Place("", light=True)


def _mutated(data: Any) -> list[str]:
    return [row.parameter for row in getattr(data, "mutations", ()) if row.parameter]


def _broken_body(operation: Operation, case: Case[Any]) -> Violation | None:
    """What is wrong with a JSON body; none where it is not JSON, or where it is right."""
    if operation.body is None or not isinstance(case.body, dict | list | str | int | float | bool | None):
        return None
    if not operation.body[0].endswith("json"):
        return None
    try:
        rows = list(operation.contract.validator(operation.body[1]).violations(case.body))
    except (ValueError, TypeError):
        return None
    return min(rows, key=lambda row: row.law != "answer.required", default=None)


def _reach(value: Json, pointer: str) -> Json:
    for part in pointer.split("/")[1:]:
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else value
    return value


def _schema(failed: Failed) -> Place:
    operation, exchange = failed.operation, failed.exchange
    node = operation.response(exchange.status) or {}
    schema = node.get("content", {}).get(exchange.response.media_type, {}).get("schema", {})
    try:
        row = next(operation.contract.validator(schema).violations(exchange.json()), None)
    except NotJson:
        row = None
    if row is None:
        return Place(str(exchange.status), [node.get("x-requirements", ()), *operation.places], light=True)
    limit = (
        row.law == "answer.limits"
    )  # limits are mostly ours, and an answer with another value echoes a request
    return Place(re.sub(r"/\d+", "/*", row.pointer), row.places, limit, also=(row.law,), own=row.places[:1])


def _media_type(failed: Failed) -> Place:
    status = failed.exchange.status
    node = failed.operation.response(status) or {}
    return Place(str(status), [node.get("x-requirements", ())], light=status >= 400)


def _header(failed: Failed) -> Place:
    node = failed.operation.response(failed.exchange.status) or {}
    headers = node.get("headers", {})
    missing = getattr(failed.failure, "missing_headers", None) or [
        name for name in headers if name.lower() in str(failed.failure.message).lower()
    ]
    name = str(missing[0]) if missing else ""
    found: dict[str, Json] = next((row for key, row in headers.items() if key.lower() == name.lower()), {})
    ids = failed.operation.contract.ids_of(found, deep=False)
    return Place(
        name, [ids, node.get("x-requirements", ())], light=not found or failed.exchange.status >= 400
    )


def _sent_header(failed: Failed) -> Place:
    name = str(getattr(failed.failure, "header_name", ""))
    parameter = next((row for row in failed.operation.parameters if row.name == name), None)
    return Place(name, [parameter.ids if parameter else (), failed.operation.ids])


def _credential(failed: Failed) -> Place:
    contract = failed.operation.contract
    schemes = contract.ids_of(contract.root.get("components", {}).get("securitySchemes", {}))
    return Place("", [[*failed.operation.ids, *schemes], *failed.operation.places])


def _after(*does: str) -> Any:
    """The place of a check that looks at what another operation has done before."""

    def find(failed: Failed) -> Place:
        operation = failed.operation
        before = operation.contract.of(operation.resource, *does)
        return Place("", [row.ids for row in before], light=operation.does != "show" or not before)

    return find


def _fault(failed: Failed) -> Place:
    gone = failed.exchange.status == 503
    return Place(str(failed.exchange.status), failed.operation.places, light=gone)


def _refused(failed: Failed) -> Place:
    operation, meta = failed.operation, failed.case.meta
    words = operation.resource.words if operation.resource else {}
    example = operation.body[1].get("example") if operation.body else None
    shown = (
        meta is not None
        and meta.phase.name == "examples"
        and example is not None
        and failed.case.body == example
    )
    documented = shown and "references" not in words and not operation.within("path")
    return Place("example" if documented else "", operation.places, enough=documented)


def _method(failed: Failed) -> Place:
    return Place("", failed.operation.places)


FINDERS: dict[str, Any] = {
    "content_type_conformance": _media_type,
    "not_a_server_error": _fault,
    "response_headers_conformance": _header,
    "response_schema_conformance": _schema,
    "negative_data_rejection": _negative,
    "positive_data_acceptance": _refused,
    "missing_required_header": _sent_header,
    "unsupported_method": _method,
    "allow_header_conformance": _method,
    "use_after_free": _after("remove"),
    "ensure_resource_availability": _after("create", "upsert"),
    "ignored_auth": _credential,
}
