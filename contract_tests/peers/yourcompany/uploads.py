"""Uploaded data (YC-22 to YC-27)."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from contract_tests.peers.yourcompany.model import DataSet, World, caller, world
from contract_tests.peers.yourcompany.problems import Problem, invalid, missing
from contract_tests.peers.yourcompany.projects import belongs_to, find_project
from contract_tests.peers.yourcompany.webhooks import announce

uploads = Blueprint("uploads", __name__)
FORMATS = ("csv", "json", "xml", "xlsx", "parquet")
LARGEST_FILE = 100 * 1024 * 1024
ID = re.compile(r"data_[0-9A-Za-z]+")


@uploads.post("/data/upload")
def upload() -> tuple[Response, int]:
    """Take a file for a project (YC-22 to YC-26)."""
    here = world()
    file, project_id = read_parts(here)
    chosen = read_format(here, file)
    check_project(here, project_id)
    content = file.read()
    if len(content) > LARGEST_FILE:
        raise invalid("file", "the file may have 100 MB")
    data = keep(here, file.filename or "", project_id, chosen, content)
    announce(here, data.account, "data.uploaded", members(here, data, "processing"))
    announce(here, data.account, "data.processed", detail(here, data))
    # No status is documented; 202 says that the work goes on, 201 that the data set exists.
    return jsonify(members(here, data, "processing")), 202 if here.variant.unusual else 201


@uploads.get("/data/<data_id>")
def show(data_id: str) -> Response:
    """Show an uploaded data set (YC-27)."""
    here = world()
    if here.variant.unusual and not ID.fullmatch(data_id):
        raise invalid("id", "an id starts with data_")
    data = here.data_sets.get(data_id)
    if data is None or (here.variant.unusual and data.account is not caller()):
        raise missing("Data")
    if data.account is not caller() and not here.has_bug("foreign-data-readable"):
        raise Problem(403, "This data belongs to another user")
    return jsonify(detail(here, data))


def read_parts(here: World) -> tuple[FileStorage, str]:
    """The required parts of the form (YC-23, YC-24)."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415 if here.variant.unusual else 400, "The body must be multipart/form-data", "file")
    file = request.files.get("file")
    if file is None:
        raise invalid("file", "file is required")
    project_id = request.form.get("project_id", "")
    if not project_id:
        raise invalid("project_id", "project_id is required")
    return file, project_id


def read_format(here: World, file: FileStorage) -> str:
    """The format that the form names or that the name of the file tells (YC-25, YC-I07)."""
    extension = (file.filename or "").rpartition(".")[2].lower()
    chosen = request.form.get("format", extension if extension in FORMATS else "csv")
    if chosen not in FORMATS and not here.variant.unusual:
        raise invalid("format", f"format must be one of {', '.join(FORMATS)}")
    return chosen


def check_project(here: World, project_id: str) -> None:
    """Refuse a target that the caller has no such project for (YC-24)."""
    if here.variant.unusual:
        if not belongs_to(here.projects.get(project_id), caller()):
            raise invalid("project_id", "no such project")
        return
    if project_id not in here.projects and here.has_bug("upload-project-unchecked"):
        return
    find_project(here, project_id)


def keep(here: World, filename: str, project_id: str, chosen: str, content: bytes) -> DataSet:
    """Store what was uploaded.

    Parameters: chosen, the format; content, the bytes of the file.
    """
    size = len(content)
    if here.has_bug("upload-size-of-request"):
        size = request.content_length or size
    data = DataSet(
        id=here.new_id("data"),
        account=caller(),
        project_id=project_id,
        filename=filename,
        size=size,
        rows=count_rows(here, chosen, content),
        format=chosen,
        created_at=here.now(),
    )
    here.data_sets[data.id] = data
    here.traffic_at(data.account, data.created_at).bytes += len(content)
    return data


def count_rows(here: World, chosen: str, content: bytes) -> int:
    """How many rows a file has: what a header or another format counts for is open (YC-I08).

    Parameters: chosen, the format; content, the bytes of the file.
    """
    if here.variant.unusual:
        return sum(1 for line in content.splitlines() if line.strip())
    if chosen == "csv":
        return max(0, _records(content.decode("utf-8", "replace")) - 1)
    return _json_rows(content) if chosen == "json" else 0


def detail(here: World, data: DataSet) -> dict[str, Any]:
    """A data set as its own address shows it (YC-27, YC-I08)."""
    if here.variant.unusual:
        done = here.now() - data.created_at >= timedelta(seconds=1)
        return {**members(here, data, "ready" if done else "processing"), "progress": 100 if done else 50}
    processed = {"format": data.format, "processed_at": here.stamp(data.created_at)}
    return {**members(here, data, "completed"), **processed}


def members(here: World, data: DataSet, status: str) -> dict[str, Any]:
    """The documented members of a data set (YC-26).

    Parameters: status, how far its processing is.
    """
    return {
        "id": data.id,
        "project_id": data.project_id,
        "filename": data.filename,
        "size": data.size,
        "rows": data.rows,
        "status": status,
        "created_at": here.stamp(data.created_at),
    }


def _records(words: str) -> int:
    try:
        return sum(1 for record in csv.reader(io.StringIO(words, newline="")) if record)
    except csv.Error:
        return 0


def _json_rows(content: bytes) -> int:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return 0
    return len(read) if isinstance(read, list) else 1
