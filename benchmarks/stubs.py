"""The sandbox's answers in the form in which each peer wants to have them."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .answers import Answer
from .load import RECORD, Scenario

DOCUMENT = "openapi.json"
EXPECTATIONS = "specmatic"
ENVIRONMENT = "mockoon.json"
STUBS = "wiremock"
JSON = "application/json"
# The format of a Mockoon environment; its command migrates older ones.
MIGRATION = 33


def write_stubs(answers: Sequence[Answer], document: dict[str, Any], folder: Path) -> None:
    """Files for all peers. document: with the answers for examples."""
    _write(folder / DOCUMENT, document)
    _write(folder / ENVIRONMENT, make_environment(answers))
    for answer in answers:
        name = f"{answer.scenario.key}.json"
        _write(folder / STUBS / "mappings" / name, make_mapping(answer))
        _write(folder / EXPECTATIONS / name, make_expectation(answer))
        _write(find_answer(folder, answer.scenario), answer.value)


def find_answer(folder: Path, scenario: Scenario) -> Path:
    """The file with the answer alone."""
    return folder / "answers" / f"{scenario.key}.json"


def make_mapping(answer: Answer) -> dict[str, Any]:
    """WireMock's stub of an answer: the same path and query, whatever is sent."""
    return {
        "request": {"method": answer.scenario.method, "url": answer.scenario.path},
        "response": {"status": answer.status, "headers": {"Content-Type": JSON}, "body": answer.text},
    }


def make_expectation(answer: Answer) -> dict[str, Any]:
    """Specmatic's example of an answer: the same path, query and body, but for the key of a new record."""
    parts = urlsplit(answer.scenario.path)
    request = {"method": answer.scenario.method, "path": parts.path, "query": dict(parse_qsl(parts.query))}
    if answer.scenario.creates:
        request |= {"headers": {"Content-Type": JSON}, "body": json.loads(RECORD % "(string)")}
    headers = {"Content-Type": JSON}
    response = {"status": answer.status, "headers": headers, "body": answer.value}
    return {"http-request": request, "http-response": response}


def make_environment(answers: Sequence[Answer]) -> dict[str, Any]:
    """Mockoon's routes: a response without a rule is the default of its route."""
    ends = dict.fromkeys((each.scenario.method, urlsplit(each.scenario.path).path) for each in answers)
    routes = [
        {
            "uuid": f"{method} {path}",
            "type": "http",
            "documentation": "",
            "method": method.lower(),
            "endpoint": path.removeprefix("/"),
            "responses": list(_make_responses(answers, method, path)),
            "responseMode": None,
        }
        for method, path in ends
    ]
    return {
        "uuid": "answers",
        "lastMigration": MIGRATION,
        "name": "The sandbox's answers",
        "endpointPrefix": "",
        "latency": 0,
        "port": 3000,
        "hostname": "",
        "folders": [],
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes],
        "proxyMode": False,
        "proxyHost": "",
        "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False},
        "cors": True,
        "headers": [],
        "proxyReqHeaders": [],
        "proxyResHeaders": [],
        "data": [],
        "callbacks": [],
    }


def _make_responses(answers: Sequence[Answer], method: str, path: str) -> Iterator[dict[str, Any]]:
    for answer in answers:
        parts = urlsplit(answer.scenario.path)
        if (answer.scenario.method, parts.path) == (method, path):
            rules = [
                {"target": "query", "modifier": name, "value": value, "operator": "equals", "invert": False}
                for name, value in parse_qsl(parts.query)
            ]
            yield {
                "uuid": answer.scenario.key,
                "label": answer.scenario.name,
                "statusCode": answer.status,
                "headers": [{"key": "Content-Type", "value": JSON}],
                "bodyType": "INLINE",
                "body": answer.text,
                "disableTemplating": True,
                "latency": 0,
                "rules": rules,
                "rulesOperator": "AND",
                "default": not rules,
                "filePath": "",
                "databucketID": "",
                "sendFileAsBody": False,
                "fallbackTo404": False,
                "crudKey": "id",
                "callbacks": [],
            }


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
