"""Clients that openapi-python-client generates from the served documents work, unedited."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from http import HTTPStatus
from importlib import import_module
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, STDOUT, run
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from ..target import NOW, ROOT
from .conftest import TLS

Generate = Callable[[str], "Client"]

APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
FILES, BINARY = ["application/pdf", "audio/wav"], "application/octet-stream"  # all that it knows of files
TODAY = date.fromisoformat(NOW[:10])


@dataclass(frozen=True)
class Client:
    """A generated package, used with a token for a private world."""

    package: str
    printed: str
    folder: Path
    base: str
    inner: Any

    def send(self, operation: str, *arguments: Any, **options: Any) -> Any:
        """The detailed response of an operation, named `tag.operation`."""
        module = import_module(f"{self.package}.api.{operation}")
        return module.sync_detailed(*arguments, client=self.inner, **options)

    def get(self, operation: str, *arguments: Any, **options: Any) -> Any:
        """The parsed body of a success."""
        response = self.send(operation, *arguments, **options)
        assert httpx.codes.is_success(response.status_code), response.content
        assert response.parsed is not None or response.status_code == HTTPStatus.NO_CONTENT
        return response.parsed

    def make(self, model: str, **fields: Any) -> Any:
        """A model with these fields, named as in JSON."""
        return getattr(import_module(f"{self.package}.models"), model).from_dict(fields)


@pytest.fixture(scope="module")
def generate(server: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generate]:
    home, clients = tmp_path_factory.mktemp("clients"), ExitStack()

    @cache
    def make(api: str) -> Client:
        package, base = f"generated_{api}", server["apis"][api]
        printed = run_generator(f"{base}/openapi.json", home / package)
        options = {"raise_on_unexpected_status": True, "verify_ssl": TLS, "httpx_args": {"trust_env": False}}
        inner = import_module(package).AuthenticatedClient(base, token=f"demo.{uuid4()}", **options)
        return Client(package, printed, home / package, base, clients.enter_context(inner))

    sys.path.insert(0, str(home))
    with clients:
        yield make
    sys.path.remove(str(home))


def run_generator(url: str, folder: Path) -> str:
    """What the generator prints."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--url", url]
    config = folder.with_suffix(".json")
    config.write_text(json.dumps({"content_type_overrides": dict.fromkeys(FILES, BINARY)}))
    command += ["--meta", "none", "--config", str(config), "--output-path", str(folder)]
    # It formats what it wrote with ruff, which stands beside Python.
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = run(command, env=os.environ | path, stdout=PIPE, stderr=STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("api", APIS)
def test_generator_understands_the_whole_document(generate: Generate, api: str) -> None:
    client = generate(api)
    assert client.printed.split() == ["Generating", str(client.folder)]
    document = yaml.safe_load((ROOT / "specs" / f"{api}.yaml").read_text())
    operations = [each for item in document["paths"].values() for each in item.values() if "tags" in each]
    assert len(list(client.folder.glob("api/*/[!_]*.py"))) == len(operations)


def test_devsync_pages_hold_every_record_once(generate: Generate) -> None:
    devsync = generate("devsync")
    pages = [devsync.get("records.list_records", page=page, limit=100) for page in (1, 2, 3, 4)]
    ids = {record.id for page in pages for record in page.data}
    assert len(ids) == sum(len(page.data) for page in pages) == pages[0].total


def test_devsync_record_is_created_updated_and_deleted(generate: Generate) -> None:
    devsync = generate("devsync")
    fields = {"developerId": "dev-1", "resourceType": "T", "resourceKey": "generated"}
    new = devsync.make("NewRecord", **fields, data={"deep": [1, {"a": None}]})
    record = devsync.get("records.create_record", body=new)
    assert record.data.to_dict() == {"deep": [1, {"a": None}]}
    assert record.status == "ACTIVE"
    changes = devsync.make("RecordChanges", status="ERROR")
    assert devsync.get("records.update_record", record.id, body=changes).status == "ERROR"
    found = devsync.get("records.list_records", developer_id="dev-1", status="ERROR").data
    assert [each.id for each in found] == [record.id]
    assert devsync.get("records.delete_record", record.id) is None
    gone = devsync.send("records.get_record", record.id)
    assert gone.status_code == HTTPStatus.NOT_FOUND
    assert gone.parsed.error.code == "NOT_FOUND"


def test_yourcompany_pages_hold_every_project_once(generate: Generate) -> None:
    yourcompany = generate("yourcompany")
    models = import_module(f"{yourcompany.package}.models")
    options = {"sort": models.ListProjectsSort.NAME, "order": models.ListProjectsOrder.ASC, "per_page": 50}
    first = yourcompany.get("projects.list_projects", **options)
    numbers = range(1, first.pagination.total_pages + 1)
    pages = [yourcompany.get("projects.list_projects", page=number, **options) for number in numbers]
    projects = [project for page in pages for project in page.data]
    assert len({project.id for project in projects}) == len(projects) == first.pagination.total
    assert [project.name for project in projects] == sorted(project.name for project in projects)


def test_yourcompany_project_is_created_updated_and_deleted(generate: Generate) -> None:
    yourcompany = generate("yourcompany")
    new = yourcompany.make("NewProject", name="Generated", settings={"visibility": "team", "tags": ["a"]})
    project = yourcompany.get("projects.create_project", body=new)
    changes = yourcompany.make("ProjectChanges", name="Renamed", description=None)
    changed = yourcompany.get("projects.update_project", project.id, body=changes)
    assert (changed.name, changed.settings.to_dict()) == ("Renamed", {"visibility": "team", "tags": ["a"]})
    assert yourcompany.get("projects.delete_project", project.id).success is True
    assert yourcompany.send("projects.get_project", project.id).parsed.error.code == "RESOURCE_NOT_FOUND"


def test_yourcompany_file_is_uploaded(generate: Generate) -> None:
    yourcompany = generate("yourcompany")
    kind = import_module(f"{yourcompany.package}.types").File
    upload = yourcompany.make("Upload", file=b"", project_id="proj_abc123", format="csv")
    upload.file = kind(BytesIO(b"day,visits\n2026-05-01,17\n2026-05-02,9\n"), "visits.csv", "text/csv")
    data = yourcompany.get("data.upload_data", body=upload)
    assert (data.filename, data.size, data.rows, data.status) == ("visits.csv", 38, 2, "processing")
    assert yourcompany.get("data.get_data", data.id).project_id == "proj_abc123"


def test_yourcompany_user_status_and_usage_are_read(generate: Generate) -> None:
    yourcompany = generate("yourcompany")
    assert yourcompany.get("status.get_status").status == "operational"
    changes = yourcompany.make("UserChanges", name="Jane Doe")
    assert yourcompany.get("users.update_current_user", body=changes).name == "Jane Doe"
    assert yourcompany.get("users.get_current_user").name == "Jane Doe"
    usage = yourcompany.get("analytics.get_usage", start_date="2026-05-01", end_date="2026-05-07")
    assert [row.date for row in usage.data] == [f"2026-05-{day:02}" for day in range(1, 8)]
    assert sum(row.api_calls for row in usage.data) == usage.summary.total_api_calls


def test_humanapi_next_links_lead_to_every_encounter_once(generate: Generate) -> None:
    humanapi, ids, query = generate("humanapi"), [], {"limit": 50}
    while query:
        response = humanapi.send("medical.list_encounters", **query)
        ids += [encounter.id for encounter in response.parsed]
        link = httpx.Response(200, headers=response.headers).links.get("next", {}).get("url", "")
        assert link.startswith(f"{humanapi.base}/human/medical/encounters?" if link else "")
        query = {name: int(value) for name, value in httpx.URL(link).params.items()}
    assert len(ids) == len(set(ids)) == int(response.headers["X-Total-Count"]) > 50


def test_humanapi_encounters_are_filtered_by_source_and_dates(generate: Generate) -> None:
    humanapi = generate("humanapi")
    encounter = humanapi.get("medical.get_encounter", "5b60f9042e208223a3773175")
    same = humanapi.get("medical.list_encounters", limit=500, source=encounter.source)
    everything = humanapi.get("medical.list_encounters", limit=500)
    assert {each.source for each in same} == {encounter.source}
    assert 0 < len(same) < len(everything)
    days = {"start_date": TODAY - timedelta(days=400), "end_date": TODAY - timedelta(days=100)}
    found = humanapi.get("medical.list_encounters", limit=500, **days)
    between = [each for each in everything if days["start_date"] <= each.date_time.date() <= days["end_date"]]
    assert found == between != []


def test_every_humanapi_record_fits_its_generated_model(generate: Generate) -> None:
    humanapi = generate("humanapi")
    for path in humanapi.folder.glob("api/*/list_*.py"):
        operation = f"{path.parent.name}.{path.stem}"
        arguments = [TODAY - timedelta(days=9)] if path.stem.endswith("_of_day") else []
        page = humanapi.get(operation, *arguments, limit=500)
        assert page or arguments, operation
        for record in page:
            assert type(record).from_dict(record.to_dict()) == record, operation
