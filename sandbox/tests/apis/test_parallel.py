"""Contract runs in worlds of one sandbox do not meet; `.parallel` runs them for every API."""

import pytest

from sandbox.views import find_world

from ..target import start
from .parallel import CLIENTS, Trial, run_at_once, run_laws


def test_difference_is_found() -> None:
    key = ("paging.total", "listRecords", "")
    alone = Trial("alone", 0, {key: "passed"}, 1, "")
    assert alone.find_differences(alone) == []
    assert Trial("w1", 0, {key: "skipped"}, 1, "").find_differences(alone)
    assert Trial("w1", 0, {}, 1, "").find_differences(alone)
    failing = Trial("w1", 1, {key: "failed"}, 1, "")
    assert len(failing.find_differences(failing)) == 2


@pytest.mark.slow
def test_contract_runs_in_eight_worlds_at_once_come_to_the_verdicts_of_one_alone() -> None:
    with start("devsync") as ready:
        untouched = find_world(ready["url"]).world("untouched")
        alone = run_laws("devsync", ready, "alone")
        assert alone.exit_code == 0, alone.output
        assert len(alone.verdicts) > 200
        for trial in run_at_once("devsync", ready, [f"w{number}" for number in range(CLIENTS)]):
            assert not trial.find_differences(alone), trial.output
        assert untouched.log() == []
        assert len(untouched.world("w0").log(limit=10)) == 10
