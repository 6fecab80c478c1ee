"""Laws that judge each answer by itself;
contract_tests.conformance counts them for all exchanges of a run.
"""

from contract_tests.conformance import SENTENCES
from contract_tests.laws import LAWS, Law

for _name, _sentence in SENTENCES.items():
    LAWS[_name] = Law(_name, _sentence, None, lambda _: ())
