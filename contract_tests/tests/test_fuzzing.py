"""Generated requests: what is found, how heavy it is, and what is left behind."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from werkzeug.serving import make_server

from contract_tests import fuzzing, laws
from contract_tests.contracts import Contract
from contract_tests.fuzzing import cases
from contract_tests.fuzzing.aims import Aims
from contract_tests.fuzzing.levels import RULES, tabulate
from contract_tests.fuzzing.weights import Place, weigh
from contract_tests.ledger import Ledger
from contract_tests.makers import Maker
from contract_tests.peers.__main__ import BASE_PATHS, KeepAliveHandler
from contract_tests.registers import Register, Requirement
from contract_tests.sessions import Session
from contract_tests.targets import Target
from contract_tests.transport import Clock
from contract_tests.verdicts import Outcome

SPECS = Path(__file__).parents[2] / "specs"
TOKEN = "demo"


@contextmanager
def serve(app: Any, path: str) -> Iterator[str]:
    """The base URL of an application that is served in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepAliveHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def peer(api: str, **options: Any) -> AbstractContextManager[str]:
    """An independent server of an API."""
    app = import_module(f"contract_tests.peers.{api}").build(
        choices="plain", rows=5, **{"bug": None, **options}
    )
    return serve(app, BASE_PATHS[api])


def session_of(api: str, url: str, profile: str = "full") -> Session:
    contract = Contract.load(SPECS / f"{api}.yaml", api)
    return Session(contract, Target(url, {"owner": TOKEN}), Clock(), Ledger(None, {}), profile=profile)


def fuzz(session: Session) -> list[Outcome]:
    return list(fuzzing.fuzz(session, Maker(session), depth="quick", seed=1))


@pytest.fixture(autouse=True)
def _shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cases.DEPTHS, "quick", cases.Depth(60.0, 20, 2, 2))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_check_of_schemathesis_has_a_level_and_a_reason() -> None:
    schemathesis.checks.load_all_checks()
    checks = {
        row.__name__
        for row in schemathesis.checks.CHECKS.get_all()
        if row.__module__.startswith("schemathesis")
    }
    assert checks | {"max_response_time"} == set(RULES)
    assert all(rule.why for rule in RULES.values())
    assert len(list(tabulate())) == len(RULES) + 2


def test_the_checks_are_listed_as_laws() -> None:
    listed = laws.load()
    assert all(listed[rule.law].check is None and listed[rule.law].sentence for rule in RULES.values())


def test_a_conforming_server_breaks_no_must_and_keeps_no_record(elsewhere: Path) -> None:
    with peer("devsync") as url:
        session = session_of("devsync", url)
        outcomes = fuzz(session)
    assert not [row for row in outcomes if row.verdict == "failed" and row.level == "MUST"]
    assert all(row.cases for row in outcomes if row.verdict == "passed")
    assert {row.operation for row in outcomes} == {row.name for row in session.contract.operations}
    assert {entry.state for entry in session.ledger.entries} <= {"undone", "refused"}
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("bug", "check", "operation"),
    [
        ("data-of-any-type", "negative_data_rejection", "createRecord"),
        ("list-lacks-metadata", "response_schema_conformance", "listRecords"),
    ],
)
def test_a_bug_is_found(bug: str, check: str, operation: str, elsewhere: Path) -> None:
    with peer("devsync", bug=bug) as url:
        outcomes = fuzz(session_of("devsync", url))
    failed = [row for row in outcomes if row.verdict == "failed"]
    found = [row for row in failed if (row.law, row.operation) == (f"schemathesis.{check}", operation)]
    assert found
    assert found[0].requirements
    assert not any(f"Bearer {TOKEN}" in exchange.request.curl for row in failed for exchange in row.exchanges)
    assert not list(elsewhere.iterdir())


def test_a_singleton_gets_its_values_back() -> None:
    with peer("yourcompany") as url:
        session = session_of("yourcompany", url)
        show, change = map(session.contract.operation, ("getCurrentUser", "updateCurrentUser"))
        aims, before = Aims(Maker(session)), session.send(show).json()
        assert not aims.permits(change)
        assert session.send(change, body={"name": "Somebody else"}).status == 200
        aims.put_back()
        after = session.send(show).json()
    assert (before["name"], before["email"]) == (after["name"], after["email"])
    assert [entry.state for entry in session.ledger.entries] == ["undone"]


def test_only_the_full_profile_is_fuzzed() -> None:
    assert not fuzz(session_of("devsync", "http://127.0.0.1:9", "write"))


def test_without_schemathesis_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzing, "find_spec", lambda _: None)
    assert not fuzzing.available()
    assert not fuzz(session_of("devsync", "http://127.0.0.1:9"))


def requirements(**levels: str) -> Register:
    rows = {key: Requirement(key, level, "1", "A sentence.") for key, level in levels.items()}
    return Register("shop", rows)


@pytest.mark.parametrize(
    ("check", "place", "level"),
    [
        ("negative_data_rejection", Place("/name", [["A"]]), "MUST"),
        ("negative_data_rejection", Place("/name", [["A", "B"]]), "SHOULD"),
        ("negative_data_rejection", Place("/name", [["A", "B"]], enough=True), "MUST"),
        ("negative_data_rejection", Place("query limit", [["A"]], light=True), "SHOULD"),
        ("not_a_server_error", Place("500", [["A", "B"]]), "MUST"),
        ("not_a_server_error", Place("500", [["B"]]), "SHOULD"),
        ("unsupported_method", Place("", [["A"]]), "SHOULD"),
        ("positive_data_acceptance", Place("", [["A"]]), "SHOULD"),
        ("positive_data_acceptance", Place("example", [["A"]], enough=True), "MUST"),
    ],
)
def test_a_failure_is_as_heavy_as_the_statement_behind_it(check: str, place: Place, level: str) -> None:
    assert weigh(RULES[check], place, requirements(A="MUST", B="SHOULD"))[1] == level


def test_the_register_decides_where_it_names_the_check() -> None:
    register = requirements(A="MUST", B="SHOULD")
    named = Requirement("B", "SHOULD", "1", "A sentence.", laws=("schemathesis.negative_data_rejection",))
    register.requirements["B"] = named
    rule = RULES["negative_data_rejection"]
    assert weigh(rule, Place("/name", [["A", "B"]]), register) == (("B",), "SHOULD")
    assert weigh(rule, Place("/name", [["A"]]), register) == ((), "SHOULD")
