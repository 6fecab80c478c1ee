"""Whether a deployment has an operation at all."""

from contract_tests.operations import Operation
from contract_tests.sessions import Session

ABSENT = (404, 405, 501)


def listing_of(operation: Operation) -> Operation | None:
    """The list that tells whether the operation's resource is there; None where there is none."""
    lists = [operation] if operation.does == "list" else operation.contract.of(operation.resource, "list")
    plain = (
        row for row in lists if not row.within("path") and not any(part.required for part in row.parameters)
    )
    return next(plain, None)


def is_absent(session: Session, operation: Operation) -> bool:
    """Whether the list of the operation's resource is not there; it is asked once in a run."""
    listing = listing_of(operation)
    if listing is None:
        return False
    key = ("absent", listing.name)
    if key not in session.presence:
        session.presence[key] = session.send(listing).status in ABSENT
    return session.presence[key]
