"""Servers written from the documents alone: conforming ones pass, whatever they chose;
their bugs are found.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import urllib3

from contract_tests import logins
from contract_tests.contracts import Contract
from contract_tests.laws import load
from contract_tests.ledger import Ledger
from contract_tests.peers.__main__ import BASE_PATHS
from contract_tests.peers.running import run
from contract_tests.runs import Run
from contract_tests.sessions import Session
from contract_tests.targets import Target
from contract_tests.transport import Clock
from contract_tests.verdicts import FAILED, Outcome

SPECS = Path(__file__).parents[2] / "specs"
TOKENS = {"owner": "demo", "peer": "peer", "readonly": "readonly"}
CASES = [(api, choices) for api in BASE_PATHS for choices in ("plain", "unusual")]


def judge(api: str, url: str) -> list[Outcome]:
    """What the laws, with few examples, say of a peer."""
    contract = Contract.load(SPECS / f"{api}.yaml", api)
    session = Session(contract, Target(url, TOKENS), Clock(400), Ledger(None, {}), profile="full")
    logins.credentials(session)
    laws = [law for law in load().values() if not law.name.startswith("schemathesis.")]
    result = Run(session, laws, depth="quick").execute()
    assert not result.stopped
    return result.outcomes


@pytest.mark.parametrize(("api", "choices"), CASES)
def test_a_conforming_server_passes_whatever_it_chose(api: str, choices: str) -> None:
    peer = import_module(f"contract_tests.peers.{api}")
    with run(api, peer.build(choices=choices)) as url:
        outcomes = judge(api, url)
    assert [
        (row.law, row.operation, row.subject, row.message) for row in outcomes if row.verdict == FAILED
    ] == []
    assert sum(row.verdict == "passed" for row in outcomes) > 40


@pytest.mark.parametrize("choices", ["plain", "unusual"])
def test_a_server_that_others_use_passes(choices: str) -> None:
    peer = import_module("contract_tests.peers.devsync")
    with run("devsync", peer.build(choices=choices)) as url, traffic(url):
        outcomes = judge("devsync", url)
    assert [(row.law, row.subject, row.message) for row in outcomes if row.verdict == FAILED] == []


@pytest.mark.parametrize("choices", ["plain", "unusual"])
def test_a_read_only_server_whose_data_changes_passes(choices: str) -> None:
    peer = import_module("contract_tests.peers.humanapi")
    app = peer.build(choices=choices)
    with run("humanapi", app) as url, arrivals(app.extensions["records"]):
        outcomes = judge("humanapi", url)
    assert [(row.law, row.operation, row.message) for row in outcomes if row.verdict == FAILED] == []


@contextmanager
def traffic(url: str) -> Iterator[None]:
    """Another client that creates and deletes records all the time."""
    pool = urllib3.PoolManager()
    headers = {"Authorization": "Bearer demo"}

    def work(number: int) -> None:
        body = {"developerId": "dev-busy", "resourceType": "NOISE", "resourceKey": f"k{number}", "data": {}}
        made = pool.request("POST", f"{url}/records", json=body, headers=headers).json()
        if "id" in made:
            pool.request("DELETE", f"{url}/records/{made['id']}", headers=headers)

    with repeated(work):
        yield


@contextmanager
def arrivals(state: Any) -> Iterator[None]:
    """Records that come and go in every list, as devices and clinics send them."""

    def work(number: int) -> None:
        with state.lock:
            new = copy.copy(state.records[number * 7 % len(state.records)])
            new.id = f"{number:024x}"
            state.records.insert(number % 50, new)
        if number % 2:
            with state.lock:
                state.records[:] = [row for row in state.records if row.id != f"{number - 1:024x}"]

    with repeated(work):
        yield


@contextmanager
def repeated(work: Any) -> Iterator[None]:
    """Work that goes on in a thread, a hundred times a second, until the context ends."""
    stop = threading.Event()

    def loop() -> None:
        number = 0
        while not stop.wait(0.01):
            number += 1
            work(number)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
