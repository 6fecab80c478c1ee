"""Secrets: what a client only writes is told by no answer."""

from collections.abc import Iterable
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.fields import body_fields, node_of, places
from contract_tests.grounds.created import creations
from contract_tests.laws import law
from contract_tests.records import address
from contract_tests.trials import Ground, Trial
from contract_tests.views import lists, shows

ROOM = 24  # characters that any field for a secret has room for


def secrets(contract: Contract) -> Iterable[Ground]:
    """Every text of a creation that is only written (writeOnly); the subject is the field."""
    for ground in creations(contract):
        for name, node in body_fields(ground.operation):
            if node.get("writeOnly") and node.get("type") == "string":
                yield Ground(ground.operation, name, places(ground.operation, name, node))


@law("create.secret", "what is only written is told by no answer", secrets, writes=True)
def check_secret(trial: Trial) -> None:
    """The answer to the creation, the record, and the lists that show it."""
    room = node_of(trial.ground).get("maxLength", ROOM)
    secret = f"{trial.session.name()}-secret-2026"[:room]
    sent: dict[str, Any] = {trial.subject: secret}
    record = trial.make(**sent)
    show = shows(trial, record)
    answers: list[Exchange] = [record.exchange]
    answers += [trial.send(show, address(show, record))] if show else []
    answers += [view.fetch().exchange for view in lists(trial, record)]
    for exchange in answers:
        text = exchange.response.body.decode("utf-8", "replace")
        trial.expect(secret not in text, f"{exchange} with the {trial.subject}", "absent", trial.subject)
