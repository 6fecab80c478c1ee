"""Records at a path without a key, continued: unusual values."""

from typing import Any

from contract_tests.answers import read_record
from contract_tests.laws import law, such
from contract_tests.laws.create import expect_same
from contract_tests.laws.singleton import changes
from contract_tests.samples import telling
from contract_tests.singletons import changed, fields_of, look, show_of
from contract_tests.trials import Ground, Trial

Json = Any
ADDRESS = "Zoe.O'Hara+{}@example.com"


def _unusual(ground: Ground, name: str) -> list[Json]:
    """The values of the field that servers lose most; an address in small and capital letters."""
    node = fields_of(ground.operation)[ground.subject]
    if node.get("format") == "email":
        return [ADDRESS.format(name)]
    return telling(ground.operation.contract.root, node)


@law(
    "singleton.values",
    "an unusual value is kept exactly as it was sent, or refused",
    such(changes, lambda row: bool(_unusual(row, "x"))),
    writes=True,
)
def check_values(trial: Trial) -> None:
    """Capital letters, unicode, quotes, a long and an empty text, one after another."""
    operation, name, show = trial.operation, trial.subject, show_of(trial.operation)
    values = _unusual(trial.ground, trial.session.name())
    if fields_of(operation)[name].get("format") == "email" and trial.session.profile != "full":
        trial.skip(f"{name} is an address to which a server may send mail (--profile full)")
    with changed(trial, operation, {name: values[0]}) as first:
        for value in values:
            exchange = first if value is values[0] else trial.send(operation, body={name: value})
            if 200 <= exchange.status < 300:
                answered = read_record(operation, exchange) or {}
                if name in answered:
                    expect_same(trial, answered, name, value, "the answer")
                trial.session.clock.sleep(trial.session.settle)
                expect_same(trial, look(trial, show), name, value, "the record")
