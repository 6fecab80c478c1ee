"""A mutant as a running server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.clock import Clock
from sandbox.documents import read_document
from sandbox.reading import read_api
from sandbox.sites import Settings
from sandbox.threads import embed

from .rows import Mutant


@contextmanager
def serve(mutant: Mutant, settings: Settings | None = None, clock: Clock | None = None) -> Iterator[str]:
    """The base URL of a mutant that runs in a thread of this process on a free port of 127.0.0.1."""
    with TemporaryDirectory() as folder:
        path = write_document(mutant, Path(folder))
        with embed([path], settings, clock, mutant.wrap) as (url, site):
            yield url + site.apis[0].prefix


def write_document(mutant: Mutant, folder: Path) -> Path:
    """A file with the document of a mutant. JSON is YAML, and the stem is the name of the API."""
    path = folder / f"{mutant.api}.yaml"
    path.write_text(json.dumps(mutant.document(mutant.base())), encoding="utf-8")
    return path


def check_start(mutant: Mutant, folder: Path) -> None:
    """Raise Unusable when the engine does not take the document of a mutant."""
    read_api(mutant.api, read_document(write_document(mutant, folder)))
