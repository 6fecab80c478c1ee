"""Whether others change what a list holds while we look at it."""

import time

from contract_tests.lists import Listing, NoList, TooMany
from contract_tests.operations import Operation
from contract_tests.sessions import Session

LOOKS, PAUSE = 6, 0.1
Look = tuple[object, list[str]]


def is_still(session: Session, operation: Operation) -> bool:
    """Whether a list of the operation's resource holds the same for about a second without our doing.

    The order does not count: a server that mixes it up does so by itself.

    Parameters: session; operation, of which the resource is looked at; one without a list is still.
    """
    lists = [operation] if operation.does == "list" else session.contract.of(operation.resource, "list")
    simple = [
        row for row in lists if not row.within("path") and not any(part.required for part in row.parameters)
    ]
    if not simple:
        return True
    first = _look(Listing(session, simple[0]))
    for _ in range(LOOKS - 1):
        time.sleep(PAUSE)
        if _look(Listing(session, simple[0])) != first:
            return False
    return True


def _look(listing: Listing) -> Look:
    try:
        total = listing.fetch().values.get("total")
        return total, sorted(str(item) for item in listing.everything(afresh=True))
    except (NoList, TooMany) as error:
        return str(type(error)), []
