"""The checks of Schemathesis as laws; contract_tests.fuzzing judges them, after all others."""

from contract_tests.fuzzing.levels import RULES
from contract_tests.laws import LAWS, Law

for _rule in RULES.values():
    LAWS[_rule.law] = Law(_rule.law, _rule.sentence, None, lambda _: (), writes=True)
