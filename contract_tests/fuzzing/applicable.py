"""Whether a check could have failed on an answer: what it passes over is no case."""

from typing import Any

from schemathesis import Case

from contract_tests.exchanges import Exchange
from contract_tests.operations import Operation

UNKNOWN_METHOD = 501  # RFC 9110 §15.6.2: right for a method that the server does not know
AWAY = 503
LARGEST = 2**31 - 1


def applies(check: str, operation: Operation, case: Case[Any], exchange: Exchange) -> bool:
    """Whether the check judges this answer."""
    status = exchange.status
    if case.method != operation.method:
        return _applies_to_other_method(check, case, exchange)
    node, meta = operation.response(status) or {}, case.meta
    again = operation.does == "show" and meta is not None and meta.phase.name == "stateful"
    valid = meta.generation.mode.is_positive if meta else None
    judged = {
        "not_a_server_error": status != AWAY,
        "status_code_conformance": True,
        "content_type_conformance": bool(node.get("content")),
        "response_schema_conformance": bool(node.get("content")),
        "response_headers_conformance": bool(node.get("headers")),
        "negative_data_rejection": valid is False,
        "positive_data_acceptance": valid is True,
        "missing_required_header": _misses_header(case),
        "ignored_auth": operation.protected and 200 <= status < 300,
        "use_after_free": again,
        "ensure_resource_availability": again,
    }
    return judged.get(check, False)


def _applies_to_other_method(check: str, case: Case[Any], exchange: Exchange) -> bool:
    match check:
        case "not_a_server_error":
            return exchange.status not in (AWAY, UNKNOWN_METHOD)
        case "unsupported_method":
            return case.method != "OPTIONS"
        case "allow_header_conformance":
            return case.method == "OPTIONS" and "allow" in exchange.response.headers
    return False


def negated(case: Case[Any]) -> set[str]:
    """The parts of a request that are wrong on purpose: PATH, QUERY, HEADER, COOKIE, BODY."""
    components = case.meta.components if case.meta else {}
    return {place.name for place, row in components.items() if row.mode.is_negative}


def excused(check: str, operation: Operation, case: Case[Any], exchange: Exchange, own: bool) -> bool:
    """Whether a failure is none: another code of refusal, an unknown parameter, a key of the server's own,
    or a number beyond what is a bound of machines only.

    Parameters: own, whether the path names a record of our own.
    """
    if check != "negative_data_rejection":
        return False
    data = case.meta.phase.data if case.meta else None
    scenario = getattr(data, "scenario", "")
    unknown = scenario == "object_unexpected_properties" and "BODY" not in negated(case)
    parameter = operation.parameter(str(data.parameter)) if data else None
    huge = scenario == "value_above_maximum" and parameter and parameter.schema.get("maximum", 0) >= LARGEST
    return exchange.status >= 400 or unknown or bool(huge) or (own and negated(case) == {"PATH"})


def _misses_header(case: Case[Any]) -> bool:
    data: Any = case.meta.phase.data if case.meta else None
    return getattr(data, "scenario", "") == "missing_parameter" and str(data.parameter_location) == "header"
