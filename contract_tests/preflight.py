"""The first call of a run: whether this is the API at all, and whether it lets us in."""

from contract_tests.exchanges import Exchange, NotJson
from contract_tests.operations import Operation
from contract_tests.problems import Unusable
from contract_tests.sessions import Session
from contract_tests.transport import Unreachable

TRIES = 3  # operations, before the base URL is taken to be wrong


def check(session: Session) -> None:
    """Make the first authenticated calls. Raises Unusable with one line that says what is wrong."""
    complaint = ""
    for operation in _candidates(session)[:TRIES]:
        try:
            exchange = session.send(operation)
        except Unreachable as error:
            raise Unusable(f"{session.target.url} cannot be reached: {error}") from None
        complaint = complain(session, exchange)
        if not complaint:
            session.first = operation
            return
        if exchange.status in (401, 403):
            break
    if complaint:
        raise Unusable(complaint)


def recheck(session: Session) -> None:
    """Make the first call again, before a failure is believed. Raises Unreachable where we are not let in.

    A fault of the server, 404 and 429 are left to the laws: they may be what is wrong with it.
    """
    operation = session.first
    if operation is None:
        return
    exchange = session.send(operation)
    if (
        exchange.status not in (404, 429)
        and exchange.status < 500
        and (complaint := complain(session, exchange))
    ):
        raise Unreachable(f"{complaint} (in the middle of the run)")


def _candidates(session: Session) -> list[Operation]:
    """Operations that can be called without knowing anything, those that ask for a credential first."""
    simple = [
        row
        for row in session.contract.operations
        if row.method == "GET"
        and not row.within("path")
        and not any(part.required for part in row.parameters)
        and row.does != "download"
        and any("json" in name for name in (row.response(200) or {}).get("content", {}))
    ]
    return sorted(simple, key=lambda row: (not row.protected, row.does != "list"))


def complain(session: Session, exchange: Exchange) -> str:
    """What is wrong with the first answer; empty where it is one of the API."""
    status, media_type = exchange.status, exchange.response.media_type
    if status in (401, 403):
        sent = (
            "the token was refused" if session.has("owner") else "a token is needed: --token or SANDBOX_TOKEN"
        )
        return f"{exchange}: {sent}"
    if 300 <= status < 400:
        where = exchange.response.headers.get("location", "nowhere")
        return f"{exchange} with a redirect to {where}: give the final URL"
    if media_type == "text/html":
        return f"{exchange} with an HTML page: this is not the API's base URL, or something stands before it"
    if status == 404:
        return f"{exchange}: is {session.target.url} the base URL of the API?"
    if status >= 500:
        return f"{exchange}: the server is at fault or not ready"
    if status == 429:
        return f"{exchange}: no request is left for this credential"
    if status == 200:
        try:
            exchange.json()
        except NotJson as error:
            return f"{exchange}, but {error}"
    return ""
