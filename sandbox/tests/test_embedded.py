"""A sandbox for tests: in this process and in its own, alone and beside others."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped,unused-ignore]
import pytest

from sandbox import Sandbox, World
from sandbox.options import Options, read_options, write_options
from sandbox.problems import Unusable
from sandbox.remote import Refused
from sandbox.tests.shop import DOCUMENT, FIXTURES, LAMP
from sandbox.views import find_world

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def make(**options: Any) -> Sandbox:
    return Sandbox(DOCUMENT, fixtures=FIXTURES, now=NOW, **options)


@pytest.fixture(scope="module", params=[False, True], ids=["thread", "process"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with make(process=request.param) as running:
        yield running


def show(world: World, key: str = LAMP) -> int:
    url = f"{world.base()}/items/{key}"
    return httpx.get(url, headers=world.headers, trust_env=False).status_code


def remove(world: World, key: str = LAMP) -> int:
    url = f"{world.base()}/items/{key}"
    return httpx.delete(url, headers=world.headers, trust_env=False).status_code


def test_sandbox_answers_at_the_base_of_its_api(sandbox: Sandbox) -> None:
    assert sandbox.base() == sandbox.base("shop") == f"{sandbox.url}/shop/v1"
    assert show(sandbox) == 200
    assert sandbox.token == "demo"
    assert "readonly" in sandbox.personas["shop"]


def test_worlds_are_apart(sandbox: Sandbox) -> None:
    one, other = sandbox.world("one"), sandbox.world("other")
    assert remove(one) == 204
    assert [show(world) for world in (one, other, sandbox)] == [404, 200, 200]
    assert one.token == "demo.one"
    assert one.token_of("readonly") == "readonly.one"


def test_clock_of_a_world_is_driven_alone(sandbox: Sandbox) -> None:
    clock, other = sandbox.world("driven").clock, sandbox.world("other").clock
    stood = clock.freeze()
    assert clock.now() == stood
    assert (clock.advance(3600) - stood).total_seconds() == 3600
    assert clock.set(NOW) == clock.set("2026-03-10T12:00:00Z") == NOW
    assert clock.release() >= NOW
    assert (other.now() - NOW).total_seconds() < 300


def test_world_is_reset_alone(sandbox: Sandbox) -> None:
    worlds = [sandbox.world("reset"), sandbox.world("kept")]
    for world in worlds:
        remove(world)
        world.clock.advance(3600)
    worlds[0].reset()
    assert [show(world) for world in worlds] == [200, 404]
    assert [(world.clock.now() - NOW).total_seconds() > 3000 for world in worlds] == [False, True]


def test_dropped_world_is_made_anew(sandbox: Sandbox) -> None:
    world = sandbox.world("dropped")
    remove(world)
    world.drop()
    assert show(world) == 200


def test_world_is_put_back_to_a_snapshot(sandbox: Sandbox) -> None:
    world, other = sandbox.world("snapped"), sandbox.world("other-snapped")
    whole = world.snapshot()
    remove(world)
    assert world.snapshot("without") == "without"
    world.restore(whole)
    assert show(world) == 200
    other.restore("without")
    assert [show(world), show(other)] == [200, 404]
    with pytest.raises(Refused, match="404"):
        world.restore("nothing")


def test_log_of_a_world_has_its_requests_and_explains_them(sandbox: Sandbox) -> None:
    world = sandbox.world("logged")
    show(world)
    show(world, "nothing")
    assert [entry["status"] for entry in world.log()] == [404, 200]
    [refused] = world.log(status="4xx", limit=5)
    assert world.explain(refused["id"])["problems"]


def test_refused_drive_of_the_clock_is_told_in_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match=r"^POST /_sandbox/clock: 400: body advance: .+") as caught:
        sandbox.clock.advance(-1)
    assert caught.value.status == 400


def test_event_that_is_not_emitted_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="/_sandbox/emit"):
        sandbox.emit("shop", "nothing.happened")
    assert sandbox.deliveries() == []


def test_unknown_api_is_told_with_those_that_are_there(sandbox: Sandbox) -> None:
    with pytest.raises(Unusable, match=r"no API 'mall' here; there are shop"):
        sandbox.base("mall")


def test_running_sandbox_is_found_by_its_url(sandbox: Sandbox) -> None:
    found = find_world(f"{sandbox.url}/", "found")
    assert found.apis == sandbox.apis
    assert found.token == "demo.found"
    assert show(found) == 200


def test_sandbox_works_inside_a_running_loop(sandbox: Sandbox) -> None:
    async def work() -> list[int]:
        with make() as inner:
            async with httpx.AsyncClient(trust_env=False) as client:
                url = f"{inner.base()}/items/{LAMP}"
                answers = await asyncio.gather(*(client.get(url, headers=inner.headers) for _ in range(8)))
                inner.clock.advance(1)
            return [answer.status_code for answer in answers]

    assert asyncio.run(work()) == [200] * 8
    assert show(sandbox) == 200


def test_sandboxes_of_several_threads_are_apart() -> None:
    together = threading.Barrier(3, timeout=60)

    def work(number: int) -> tuple[str, list[int]]:
        with make(process=number == 2) as own:
            together.wait()
            if number == 0:
                remove(own)
            together.wait()
            return own.url, [show(own)]

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(work, range(3)))
    assert [status for _, status in found] == [[404], [200], [200]]
    assert len({url for url, _ in found}) == 3


def test_threads_share_a_sandbox(sandbox: Sandbox) -> None:
    def work(number: int) -> list[int]:
        world = sandbox.world(f"shared{number}")
        return [show(world), remove(world), show(world)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [[200, 204, 404]] * 8


@pytest.mark.parametrize("process", [False, True])
def test_sandbox_is_gone_after_the_context(process: bool) -> None:
    before = set(psutil.Process().children()), set(threading.enumerate())
    with make(process=process) as running:
        url = running.url
    with pytest.raises(Unusable, match="no sandbox answers at"):
        find_world(url)
    assert set(psutil.Process().children()) <= before[0]
    assert not [thread for thread in set(threading.enumerate()) - before[1] if thread.name == "sandbox"]


@pytest.mark.parametrize("process", [False, True])
def test_sandbox_can_be_started_again_with_its_state(process: bool, tmp_path: Path) -> None:
    made = make(process=process, state=f"sqlite:///{tmp_path}/a.db")
    with made:
        assert remove(made) == 204
    with made:
        assert show(made) == 404


@pytest.mark.parametrize("process", [False, True])
@pytest.mark.parametrize(
    ("documents", "options", "told"),
    [
        (["nope"], {}, "nope: no such file, and no shipped API"),
        (["devsync"], {"seed": "many"}, "argument --seed: invalid int value: 'many'"),
        (["devsync"], {"colour": "red"}, "unrecognized arguments: --colour=red"),
        (["devsync"], {"state": "nope://"}, "nope"),
        (["devsync"], {"webhook_events": ["a:b"]}, "need --webhook-url"),
    ],
)
def test_what_cannot_be_served_is_told_alike(
    process: bool, documents: list[str], options: Any, told: str
) -> None:
    with pytest.raises(Unusable) as caught, Sandbox(*documents, process=process, **options):
        raise AssertionError("it serves")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("process", [False, True])
def test_sandbox_knows_its_control_token(process: bool) -> None:
    with make(process=process, control_token="s3cret") as made:
        assert made.clock.now() >= NOW
        with pytest.raises(Refused, match="401"):
            find_world(made.url)


def test_control_token_stands_in_no_list_of_processes() -> None:
    secret = token_hex(8)
    with make(process=True, control_token=secret):
        commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [command for command in commands if secret.encode() in command]


def test_sandbox_that_is_not_entered_says_so() -> None:
    with pytest.raises(Unusable, match="no sandbox answers at no URL"):
        make().reset()


def test_options_are_those_of_the_command() -> None:
    known = set(vars(read_options([]))) - {"documents", "host", "port", "until_eof"}
    assert known == set(Options.__annotations__)


def test_options_are_written_as_the_command_reads_them() -> None:
    options: Options = {
        "seed": -7,
        "now": NOW,
        "fixtures": FIXTURES,
        "webhook_events": ["a:one", "b:two"],
        "no_cors": True,
    }
    read = read_options(write_options(options))
    assert (read.seed, read.now, read.fixtures, read.no_cors) == (-7, NOW, FIXTURES, True)
    assert read.webhook_events == [("a", "one"), ("b", "two")]
    assert write_options({"no_cors": False}) == []


def test_import_of_the_package_loads_nothing_big() -> None:
    script = "import sandbox, sys, json; print(json.dumps([m for m in sys.modules if '.' not in m]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    big = {"connexion", "sqlalchemy", "faker", "uvicorn", "httpx", "yaml", "asyncio", "jsonschema_rs"}
    assert not big & set(json.loads(done.stdout))


def test_package_has_no_other_attributes() -> None:
    import sandbox as package

    with pytest.raises(AttributeError, match="no attribute 'Sandpit'"):
        _ = package.Sandpit


def test_process_ends_with_the_one_that_started_it() -> None:
    script = (
        "import os, time\nfrom sandbox import Sandbox\n"
        f"with Sandbox({str(DOCUMENT)!r}, fixtures={str(FIXTURES)!r}, process=True) as s:\n"
        "    import psutil\n"
        "    print(psutil.Process().children()[0].pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ)
    assert done.returncode == -9
    _, alive = psutil.wait_procs(_find(int(done.stdout)), timeout=30)
    assert alive == []


def _find(pid: int) -> list[psutil.Process]:
    return [psutil.Process(pid)] if psutil.pid_exists(pid) else []


def test_strict_warnings_are_no_obstacle() -> None:
    script = (
        "from sandbox import Sandbox\n"
        f"with Sandbox({str(DOCUMENT)!r}, fixtures={str(FIXTURES)!r}) as running:\n"
        "    print(running.clock.now())\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
