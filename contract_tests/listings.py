"""What is checked, in words: `sandbox laws` and `sandbox explain`."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

from contract_tests.contracts import Contract
from contract_tests.laws import Law, load
from contract_tests.problems import Unusable
from contract_tests.proofs import proofs
from contract_tests.registers import FOLDER, Register

Find = Callable[[str], Path]


def show_laws(api: str | None, find: Find) -> int:
    """Print each law with its sentence; with an API, those that it gives ground for and what they verify."""
    laws = load()
    if api is None:
        for law in laws.values():
            print(f"{law.name:<32} {law.sentence}")
        return 0
    source = find(api)
    contract = Contract.load(source, source.stem)
    for law in laws.values():
        ids = sorted(verified(law, contract.register))
        if ids or not contract.register.requirements:
            print(f"{law.name:<32} {law.sentence}\n{'':<32} {', '.join(ids)}")
    return 0


def verified(law: Law, register: Register) -> Iterator[str]:
    """The requirements of a register that the law verifies."""
    return (
        row.id
        for row in register.requirements.values()
        if any(name.partition("[")[0] == law.name for name in row.laws)
    )


def explain(name: str) -> int:
    """Print what a law checks, which requirements it verifies, and which mutants prove it.
    Raises Unusable.
    """
    laws = load()
    if name not in laws:
        near = sorted(row for row in laws if name.partition(".")[0] in row)
        raise Unusable(
            f"there is no law {name}"
            + (f"; near it: {', '.join(near[:8])}" if near else "; sandbox laws lists all")
        )
    law = laws[name]
    print(f"{law.name}: {law.sentence}.\n")
    print((inspect.getdoc(law.check) if law.check else inspect.getdoc(inspect.getmodule(law.grounds))) or "")
    print(
        f"\nSends: {'reads and writes' if law.writes else 'GET and HEAD only'}"
        + (f"; needs a {', '.join(law.roles)} credential" if law.roles else "")
    )
    for file in sorted(FOLDER.glob("*.yaml")):
        register = Register.load(file.stem)
        for key in verified(law, register):
            row = register.requirements[key]
            print(f"  {row.id:<8} {row.level:<6} {row.section}: {row.text}")
    killed = proofs().get(name, [])
    print(f"\nProven by {len(killed)} mutants" + "".join(f"\n  {row}" for row in killed))
    return 0
