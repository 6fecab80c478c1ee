"""Whether others change what a list holds while we look at it."""

import time

from contract_tests.answers import read_page
from contract_tests.contracts import Operation
from contract_tests.sessions import Session

LOOKS, PAUSE = 12, 0.05
TRUST = 2.0  # seconds after which we look again: many failures come one after the other


def is_still(session: Session, operation: Operation) -> bool:
    """Whether a list of the operation's resource stays the same for about a second without our doing.

    Parameters: session; operation, of which the resource is looked at; one without a list is still.
    """
    lists = [operation] if operation.does == "list" else session.contract.of(operation.resource, "list")
    listing = next((row for row in lists if not row.within("path")), None)
    if listing is None:
        return True
    seen = session.stillness.get(listing.name, -TRUST)
    if time.monotonic() - seen < TRUST:
        return True
    still = _watch(session, listing)
    if still:
        session.stillness[listing.name] = time.monotonic()
    return still


def _watch(session: Session, listing: Operation) -> bool:
    first = None
    for _ in range(LOOKS):
        page = read_page(listing, session.send(listing))
        seen = None if page is None else (page.values.get("total"), [str(item) for item in page.items])
        first = seen if first is None else first
        if seen != first:
            return False
        session.clock.sleep(PAUSE)
    return True
