"""What a start loads: a start that finds everything remembered needs none of the large libraries."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

COMMAND = [sys.executable, "-X", "importtime", "-m", "sandbox", "serve", "--port", "0"]
NEEDLESS = {"schemathesis", "hypothesis", "rich", "psycopg", "requests", "flask", "werkzeug", "pytest"}
REMEMBERED = {"connexion", "jsonschema", "jinja2", "faker"}  # what these make is in the cache
LATER = {"httpx", "jwt", "cryptography", "python_multipart"}  # the first use of these loads them
LISTS = [
    "/devsync/api/v1/sync/records",
    "/healthsync/v1/records",
    "/humanapi/v1/human/sources",
    "/medisync/api/patients",
    "/yourcompany/v1/projects",
]


def load(cache: Path) -> set[str]:
    """The packages that a server has imported when each list was asked for once."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    with (cache / "imports").open("w+") as imports:
        process = subprocess.Popen(
            COMMAND, env=environment, stdout=subprocess.PIPE, stderr=imports, text=True
        )
        with process:
            try:
                _ask(process)
            finally:
                process.terminate()
        imports.seek(0)
        lines = imports.readlines()
    names = [line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")]
    return {name.partition(".")[0] for name in names}


def _ask(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    ready = next(line.removeprefix("READY ") for line in process.stdout if line.startswith("READY "))
    for path in LISTS:
        request = Request(json.loads(ready)["url"] + path, headers={"Authorization": "Bearer demo"})
        with urlopen(request, timeout=30) as answer:
            assert answer.status == 200


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    cache = tmp_path_factory.mktemp("cache")
    return [load(cache), load(cache)]


def test_first_start_loads_what_makes_the_cache(starts: list[set[str]]) -> None:
    assert starts[0] >= {"connexion", "faker", "sqlalchemy"}


def test_start_from_the_cache_loads_nothing_that_it_does_not_need(starts: list[set[str]]) -> None:
    assert "sqlalchemy" in starts[1]
    assert not starts[1] & (NEEDLESS | REMEMBERED | LATER)
