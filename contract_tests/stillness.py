"""Whether others change what a list holds while we look at it."""

import time
from collections.abc import Sequence

from contract_tests.fields import moving_fields
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
    simple = _find_list(session, operation)
    if simple is None:
        return True
    first = _look(Listing(session, simple))
    for _ in range(LOOKS - 1):
        time.sleep(PAUSE)
        if _look(Listing(session, simple)) != first:
            return False
    return True


def find_keys(session: Session, operation: Operation) -> set[str]:
    """The keys that a list of the operation's resource holds now."""
    simple = _find_list(session, operation)
    try:
        listing = Listing(session, simple) if simple else None
        return set(map(str, listing.keys(listing.everything(afresh=True)))) if listing else set()
    except (NoList, TooMany):
        return set()


def is_fleeting(differences: Sequence[set[str]], stable: set[str]) -> bool:
    """Whether tries of one law differ about other records each time, none of which was there all along.

    Parameters: differences, by try the keys that were expected or met, but not both; stable, the keys that
    the list held before and after.
    """
    changing = any(one != differences[0] for one in differences)
    return changing and not any(one & stable for one in differences)


def _find_list(session: Session, operation: Operation) -> Operation | None:
    lists = [operation] if operation.does == "list" else session.contract.of(operation.resource, "list")
    return next(
        (
            row
            for row in lists
            if not row.within("path") and not any(part.required for part in row.parameters)
        ),
        None,
    )


def _look(listing: Listing) -> Look:
    try:
        records = listing.everything(afresh=True)
        return listing.fetch().values.get("total"), sorted(str(_rest(listing, item)) for item in records)
    except (NoList, TooMany) as error:
        return str(type(error)), []


def _rest(listing: Listing, item: dict[str, object]) -> dict[str, object]:
    """A record without what moves by itself."""
    resource = listing.operation.resource
    return {
        name: value for name, value in item.items() if not resource or name not in moving_fields(resource)
    }
