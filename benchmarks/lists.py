"""Which paths of a running sandbox answer with data."""

import json
from typing import Any

from .processes import Running, ask, is_answered


def find_lists(running: Running) -> list[str]:
    """A path that answers with data, of each API that the sandbox serves."""
    running.wait([f"{running.address}/_sandbox/health"])
    _, health = ask(f"{running.address}/_sandbox/health")
    return [_find_list(running.address, prefix) for prefix in json.loads(health)["apis"].values()]


def _find_list(address: str, prefix: str) -> str:
    """The first GET without parameters that answers 2xx, else the document itself."""
    description = f"{prefix}/openapi.json"
    document = json.loads(ask(address + description)[1])
    for path, operations in document["paths"].items():
        if "{" not in path and _is_plain(operations) and is_answered(address + prefix + path):
            return f"{prefix}{path}"
    return description


def _is_plain(operations: dict[str, Any]) -> bool:
    """Whether there is a GET that works without a query."""
    parameters = operations.get("get", {}).get("parameters", [])
    return "get" in operations and not any(parameter.get("required") for parameter in parameters)
