"""The benchmarks, without a load: what peers are given, how they are started, what is read and written."""

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import pytest

from benchmarks.answers import Answer, exemplify
from benchmarks.load import CREATE, FILTERED, GET, LIST, RECORD, SCENARIOS, read_output
from benchmarks.packages import Package
from benchmarks.peers import make_peers
from benchmarks.processes import Running, Unmeasurable, is_answered, run
from benchmarks.servers import Server
from benchmarks.stubs import make_environment, make_expectation, make_mapping, write_stubs

ANSWERS = [Answer(scenario, json.dumps({"answers": scenario.key})) for scenario in SCENARIOS]
PRINTED = """Running 2s test
  Latency Distribution
     50%    1.71ms
     75%    2.00ms
     90%    3.00ms
     99%   98.14us
  1000 requests in 2.00s, 1.00MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 7
Requests/sec:    500.25
"""


def make_document() -> dict[str, Any]:
    media = {"application/json": {"schema": {}, "example": {"old": True}}}
    ok, made = {"responses": {"200": {"content": media}}}, {"responses": {"201": {"content": media}}}
    return {
        "servers": [{"url": "http://elsewhere.example"}],
        "paths": {"/records": {"get": ok, "post": made}, "/records/{id}": {"get": ok}},
        "components": {"schemas": {"Record": {"type": "object", "example": {"old": True}}}},
    }


def test_the_document_of_the_peers_has_the_real_answers_for_examples() -> None:
    document = make_document()
    exemplified = exemplify(document, ANSWERS)
    listed = exemplified["paths"]["/records"]["get"]["responses"]["200"]["content"]["application/json"]
    assert list(listed["examples"]) == [LIST.key, FILTERED.key]
    assert listed["examples"][FILTERED.key] == {"value": {"answers": FILTERED.key}}
    assert "old" not in json.dumps(exemplified)
    assert exemplified["servers"] == [{"url": "/"}]
    assert document == make_document()


def test_a_document_without_a_measured_operation_is_refused() -> None:
    document = make_document()
    del document["paths"]["/records/{id}"]
    with pytest.raises(Unmeasurable, match="no GET /records/3d1f"):
        exemplify(document, ANSWERS)


@pytest.mark.parametrize("answer", ANSWERS, ids=[each.scenario.key for each in ANSWERS])
def test_each_peer_gets_each_answer_with_its_status(answer: Answer) -> None:
    mapping, expectation = make_mapping(answer), make_expectation(answer)
    assert mapping["request"]["url"] == answer.scenario.path
    assert mapping["response"]["body"] == answer.text
    assert expectation["http-response"]["body"] == answer.value
    responses = [each for route in make_environment(ANSWERS)["routes"] for each in route["responses"]]
    [own] = [each for each in responses if each["body"] == answer.text]
    statuses = {mapping["response"]["status"], expectation["http-response"]["status"], own["statusCode"]}
    assert statuses == {201 if answer.scenario is CREATE else 200}


def test_a_filtered_list_is_told_from_a_list_by_its_query() -> None:
    [route] = [route for route in make_environment(ANSWERS)["routes"] if len(route["responses"]) > 1]
    ruled = {each["label"]: [rule["modifier"] for rule in each["rules"]] for each in route["responses"]}
    assert ruled == {LIST.name: [], FILTERED.name: ["developerId"]}
    expectation = make_expectation(Answer(FILTERED, "{}"))["http-request"]
    assert expectation["query"] == {"developerId": "dev-456"}


def test_a_create_is_expected_with_any_key() -> None:
    assert make_expectation(Answer(CREATE, "{}"))["http-request"]["body"]["resourceKey"] == "(string)"


def test_every_peer_is_started_in_the_folder_of_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Package, "install", lambda self: Path(self.program))
    monkeypatch.setattr("benchmarks.peers.require_program", lambda name, _: name)
    write_stubs(ANSWERS, exemplify(make_document(), ANSWERS), tmp_path)
    peers = make_peers(tmp_path)
    assert len({peer.name for peer in peers}) == len(peers)
    for peer in peers:
        assert peer.command.count("{port}") == 1
        assert peer.is_limit or peer.folder == tmp_path
        named = [word.removeprefix("BENCHMARKS_RECORD=") for word in peer.command]
        assert all((tmp_path / name).exists() for name in named if name.endswith((".json", "wiremock")))
    assert [peer.name for peer in peers if peer.hint(FILTERED.key)] == ["Prism", "Prism, silent"]
    assert not any(peer.hint(GET.key) for peer in peers)


def test_a_package_that_is_not_there_is_installed_in_its_pinned_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text('#!/bin/sh\nmkdir -p "$6/node_modules"\necho "$@" >> "$6/node_modules/mock"\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    package = Package("Mock", "@some/mock", "1.2.3", "mock")
    program = package.install()
    assert program == tmp_path / "openapi-sandbox/peers/mock-1.2.3/node_modules/mock"
    assert package.install() == program
    [asked] = program.read_text().splitlines()
    assert asked.endswith("@some/mock@1.2.3")


def test_a_package_that_cannot_be_installed_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Unmeasurable, match=r"npm cannot install @some/mock 1\.2\.3: no network"):
        Package("Mock", "@some/mock", "1.2.3", "mock").install()


def test_a_peer_must_answer_the_same_records() -> None:
    listed = Answer(LIST, '{"total": 2, "data": [1, 2]}')
    assert listed.is_like({"data": [1, 2], "total": 2})
    assert not listed.is_like({"total": 2, "data": [2, 1]})


def test_a_peer_may_answer_a_create_with_another_key_but_no_other_record() -> None:
    sent = json.loads(RECORD % "a")
    created = Answer(CREATE, json.dumps(sent | {"id": 1}))
    assert created.is_like(sent | {"id": 2, "resourceKey": "b"})
    assert not created.is_like(sent | {"id": 1, "data": {}})
    assert not created.is_like(sent)


def wait_stopped(running: Running) -> None:
    """A signal may take a moment."""
    for _ in range(1000):
        if running.process.status() == psutil.STATUS_STOPPED:
            return
        time.sleep(0.01)
    raise AssertionError(running.process.status())


def test_a_paused_server_works_only_when_awake_and_ends_all_the_same(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1")
    with run(Server("files", command, folder=tmp_path), str(tmp_path)) as running:
        running.wait([running.url])
        running.pause()
        wait_stopped(running)
        with running.awake():
            assert is_answered(running.url)
        wait_stopped(running)
    assert running.process.wait() == -signal.SIGTERM


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    server = Server("broken", (sys.executable, "-c", "raise SystemExit('no such file')"), folder=tmp_path)
    with run(server, str(tmp_path)) as running, pytest.raises(Unmeasurable, match=r"broken .*: no such file"):
        running.wait([running.url])
    running.pause()


def test_what_wrk_prints_is_read() -> None:
    load = read_output(PRINTED)
    assert (load.rate, load.p50, load.requests, load.refused) == (500.25, 1.71, 1000, 0.01)
    assert load.p99 == pytest.approx(0.09814)


def test_a_load_without_an_answer_is_no_measurement() -> None:
    with pytest.raises(Unmeasurable, match="no answer"):
        read_output("unable to connect to 127.0.0.1")
