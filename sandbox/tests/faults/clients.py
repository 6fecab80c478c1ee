"""Clients that write over HTTP, note what was acknowledged, and repeat nothing."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

BASE = "/yourcompany/v1/projects"
TIMEOUT = 60.0
PAUSE = 0.05  # seconds before the next write after one that found no server
PAGE = 100
GONE = None


@dataclass
class Project:
    """What a client knows of a project. possible: descriptions that it may have now, GONE for no project."""

    name: str
    possible: set[str | None]
    acknowledged: int = 0


@dataclass
class Findings:
    """What became of the writes that were acknowledged."""

    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """The acknowledged writes that are there."""
        return self.acknowledged - self.lost


class Writer(threading.Thread):
    """Creates, changes and removes projects in a world until it is told to stop."""

    def __init__(self, port: int, number: int, world: str) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self.world, self.projects = world, list[Project]()
        self.moments: list[float] = []  # when writes were acknowledged
        self.findings = Findings()
        self._port, self._prefix = port, f"writer-{number}-"
        self._connection: HTTPConnection | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            self._write_project(len(self.projects))
        if self._connection:
            self._connection.close()

    def stop(self) -> None:
        """End after the write that is under way."""
        self._ended.set()
        self.join()

    def _write_project(self, number: int) -> None:
        project = Project(f"{self._prefix}{number}", {GONE})
        self.projects.append(project)
        made = self._write(project, "POST", "", "0")
        if made and self._write(project, "PUT", f"/{made['id']}", "1") and number % 3 == 0:
            self._write(project, "DELETE", f"/{made['id']}", GONE)

    def _write(self, project: Project, method: str, path: str, description: str | None) -> Any:
        """The answer's body, None if the write was not acknowledged: then it may have been done or not."""
        body = None if description is GONE else {"name": project.name, "description": description}
        project.possible.add(description)
        answer = self._send(method, path, body)
        if answer is not None:
            project.possible = {description}
            project.acknowledged += 1
            self.moments.append(time.monotonic())
        return answer

    def _send(self, method: str, path: str, body: Any) -> Any:
        try:
            self._connection = self._connection or HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
            status, headers, text = ask(self._connection, self.world, method, path, body)
        except (OSError, HTTPException) as error:
            self._connection = None
            self.findings.errors["refused" if isinstance(error, ConnectionRefusedError) else "closed"] += 1
            if isinstance(error, TimeoutError):
                self.findings.unclean.append(f"{method} {path}: no answer within {TIMEOUT:.0f} s")
            time.sleep(PAUSE)
            return None
        if status < 300:
            return json.loads(text)
        self.findings.errors[str(status)] += 1
        if not is_clean(status, headers, text):
            self.findings.unclean.append(f"{method} {path}: {status} {text[:200]!r}")
        time.sleep(PAUSE)
        return None


def ask(
    connection: HTTPConnection, world: str, method: str, path: str, body: Any = None
) -> tuple[int, Any, bytes]:
    """One request of a world's owner: status, headers, body. Raises OSError and HTTPException."""
    headers = {"Authorization": f"Bearer demo.{world}", "Content-Type": "application/json"}
    try:
        connection.request(method, BASE + path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    except (OSError, HTTPException):
        connection.close()
        raise


def is_clean(status: int, headers: Any, text: bytes) -> bool:
    """Whether an error says, as the document has it, that one should come again."""
    try:
        code = json.loads(text)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return False
    return status == 503 and code == "SERVICE_UNAVAILABLE" and bool(headers["Retry-After"])


def check(port: int, writers: list[Writer]) -> Findings:
    """Compare what is there with what the clients were told."""
    found = Findings()
    for world in {writer.world for writer in writers}:
        there = read_world(port, world)
        for writer in (each for each in writers if each.world == world):
            for project in writer.projects:
                descriptions = there.get(project.name, [])
                found.acknowledged += project.acknowledged
                found.duplicated += max(0, len(descriptions) - 1)
                found.lost += not {*(descriptions or [GONE])} <= project.possible
    for writer in writers:
        found.errors += writer.findings.errors
        found.unclean += writer.findings.unclean
    return found


def read_world(port: int, world: str) -> dict[str, list[str | None]]:
    """The descriptions of all projects of a world by name."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    there: dict[str, list[str | None]] = {}
    page = pages = 1
    while page <= pages:
        _, _, text = ask(connection, world, "GET", f"?sort=name&order=asc&per_page={PAGE}&page={page}")
        body = json.loads(text)
        page, pages = page + 1, body["pagination"]["total_pages"]
        for project in body["data"]:
            there.setdefault(project["name"], []).append(project["description"])
    connection.close()
    return there
