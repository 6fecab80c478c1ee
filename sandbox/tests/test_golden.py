"""The demo data of one seed is the same on every machine: its hash is kept here."""

import hashlib
from datetime import UTC, datetime

import pytest

from sandbox.documents import find_documents, read_document
from sandbox.fixtures import read_fixtures
from sandbox.reading import read_api
from sandbox.seeds import make_rows

ANCHOR = datetime(2026, 6, 1, tzinfo=UTC)
SHIPPED = {path.stem: path for path in find_documents([])}
# After a change of documents, fixtures or Faker that is meant: the test says the new value.
GOLDEN = {
    "devsync": "1735cc2d39821984",
    "healthsync": "ba85553a09ad8f87",
    "humanapi": "a35406c415aad754",
    "medisync": "d5ffe6f50d770276",
    "yourcompany": "a3064cc6ee3ec9e6",
}


def hash_rows(api_name: str, seed: int) -> str:
    api = read_api(api_name, read_document(SHIPPED[api_name]))
    rows = make_rows(api, read_fixtures(api, None), seed, ANCHOR)
    digest = hashlib.sha256()
    for name in sorted(rows):
        for row in rows[name]:
            digest.update(f"{name} {row.key} {row.owner} {row.due} ".encode() + row.document)
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("api", SHIPPED)
def test_demo_data_is_the_same_on_every_machine(api: str) -> None:
    assert hash_rows(api, 1) == GOLDEN[api]


def test_another_seed_gives_other_data() -> None:
    assert hash_rows("devsync", 2) != GOLDEN["devsync"]
