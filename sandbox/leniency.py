"""`--validation warn`: a request that violates schemas is served as far as that makes sense."""

from collections.abc import Callable
from typing import Any

from .calls import Call
from .declared import Operation
from .filters import find_dependency_faults
from .problems import Fault, Problem, refuse
from .responses import LONGEST_REASON, UNPRINTABLE, Response

OPTIONAL = ("query", "header", "cookie")


def serve_leniently(call: Call, perform: Callable[[Call], Response]) -> Response:
    """The response to a call without what was invalid; its header says what that was.

    Raises Problem for what cannot be served: a broken path or body, and all that is no matter of schemas.
    """
    for _ in range(len(call.operation.parameters) + 1):
        call.parameters = forgive(call)
        try:
            return _warn(call, perform(call))
        except Problem as problem:
            known = [fault for fault in problem.faults if _name(fault) in call.parameters]
            if problem.kind != "invalid" or not known:
                raise
            call.violations += known
        except Exception as error:
            # What the rest of the sandbox cannot work with is refused as ever; nothing of it was kept.
            if call.violations:
                raise refuse(call.violations) from error
            raise
    raise refuse(call.violations)


def forgive(call: Call) -> dict[str, Any]:
    """The parameters without the invalid ones, defaults in their place. Raises Problem invalid."""
    operation, faults = call.operation, call.violations
    broken = [fault for fault in faults if fault.location not in (*OPTIONAL, "body")]
    is_object = isinstance(call.body.value, dict)
    if broken or (not is_object and any(fault.location == "body" for fault in faults)):
        raise refuse(faults)
    names = {_name(fault) for fault in faults if fault.location in OPTIONAL}
    kept = {name: value for name, value in call.parameters.items() if name not in names}
    defaults = {p.name: p.schema["default"] for p in operation.parameters if "default" in p.schema}
    kept = {name: value for name, value in defaults.items() if name in names} | kept
    for fault in list(find_dependency_faults(operation.parameters, kept)):
        call.violations += [] if fault in faults else [fault]
        kept = {name: value for name, value in kept.items() if name not in _find_partners(operation, fault)}
    return kept


def _name(fault: Fault) -> str:
    return fault.pointer.partition("/")[0]


def _find_partners(operation: Operation, fault: Fault) -> set[str]:
    """The parameters that have no meaning without that of a fault."""
    groups = [{p.name, p.together, p.until} for p in operation.parameters]
    return {name for group in groups if fault.pointer in group for name in group if name}


def _warn(call: Call, response: Response) -> Response:
    if call.violations:
        text = f"{len(call.violations)}: {call.violations[0]}"
        response.headers["Sandbox-Violations"] = UNPRINTABLE.sub("?", text)[:LONGEST_REASON]
    return response
