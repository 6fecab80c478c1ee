"""Whether a document can be judged by at all, before a server is asked anything."""

from pathlib import Path

from contract_tests.contracts import Contract
from contract_tests.operations import Operation
from contract_tests.problems import Unusable

BROKEN = (KeyError, TypeError, AttributeError, ValueError, RecursionError)


def inspect(contract: Contract, source: Path) -> None:
    """Read every part of the document that laws read. Raises Unusable."""
    dialect = str(contract.root.get("openapi", ""))
    if not dialect.startswith("3."):
        raise Unusable(f"{source}: not an OpenAPI 3 document (`openapi` is {dialect or 'missing'})")
    if not contract.operations:
        raise Unusable(f"{source}: the document has no operations")
    for operation in contract.operations:
        try:
            _read(operation)
        except BROKEN as error:
            text = " ".join(f"{type(error).__name__} {error}".split())[:200]
            raise Unusable(f"{source}: {operation.name} is not valid OpenAPI ({text})") from None


def _read(operation: Operation) -> None:
    """Touch what is read only when it is needed."""
    _ = operation.body, operation.success, operation.shown, operation.places, operation.resource
    for status in operation.node["responses"]:
        if status != "default":
            operation.response(int(str(status).replace("X", "0")))
