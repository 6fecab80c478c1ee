"""Projects (YC-05 to YC-21)."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify

from contract_tests.peers.yourcompany import fields, listing
from contract_tests.peers.yourcompany.model import Account, Project, World, caller, world
from contract_tests.peers.yourcompany.problems import Problem, invalid, missing
from contract_tests.peers.yourcompany.webhooks import announce

projects = Blueprint("projects", __name__)
MEMBERS = {"name", "description", "settings"}
ID = re.compile(r"proj_[0-9A-Za-z]+")


@projects.get("/projects")
def index() -> Response:
    """List the projects of the caller (YC-05 to YC-12)."""
    here = world()
    rows = list(here.projects.values()) if here.has_bug("list-shows-foreign") else here.projects_of(caller())
    wish = listing.read_wish(here)
    page = listing.cut(here, rows, wish)
    items = [list_item(here, row) for row in page]
    return jsonify(data=items, **listing.surroundings(here, wish, len(rows), len(page)))


@projects.post("/projects")
def create() -> tuple[Response, int]:
    """Create a project (YC-14 to YC-18)."""
    here = world()
    content = {"description": None, "settings": default_settings(here), **changes_asked_for(here)}
    if "name" not in content:
        if not here.has_bug("name-not-required"):
            raise invalid("name", "name is required")
        content["name"] = "Untitled"
    if here.has_bug("empty-description-lost"):
        content["description"] = content["description"] or None
    project = here.add_project(caller(), content, here.now())
    announce(here, project.account, "project.created", detail(here, project))
    # No status is documented for a creation.
    return jsonify(detail(here, project)), 200 if here.variant.unusual else 201


@projects.get("/projects/<project_id>")
def show(project_id: str) -> Response:
    """Show a project (YC-19)."""
    here = world()
    deleted = here.deleted.get(project_id)
    if here.has_bug("deleted-still-readable") and deleted and belongs_to(deleted, caller()):
        return jsonify(detail(here, deleted))
    return jsonify(detail(here, find_project(here, project_id)))


@projects.put("/projects/<project_id>")
def update(project_id: str) -> Response:
    """Change the members of a project that the body mentions (YC-20)."""
    here = world()
    project = find_project(here, project_id, anyones=here.has_bug("foreign-project-updatable"))
    changes = changes_asked_for(here)
    if here.has_bug("update-ignores-falsy"):
        changes = {member: value for member, value in changes.items() if value}
    if here.has_bug("update-wipes-settings"):
        changes = {"settings": default_settings(here), **changes}
    apply_changes(here, project, changes)
    return jsonify(detail(here, project))


@projects.delete("/projects/<project_id>")
def delete(project_id: str) -> Response:
    """Delete a project (YC-21)."""
    here = world()
    if here.variant.unusual and belongs_to(here.deleted.get(project_id), caller()):
        raise Problem(410, "This project was deleted")
    never_was = project_id not in here.projects and project_id not in here.deleted
    if not (here.has_bug("delete-unknown-succeeds") and never_was):
        remove(here, find_project(here, project_id))
    return jsonify(success=True, message="Project deleted successfully")


def find_project(here: World, project_id: str, anyones: bool = False) -> Project:
    """The project that a path names, when the caller may use it (YC-38, YC-39).

    Parameters: anyones, whether other users' projects are found too.
    """
    if here.variant.unusual and not ID.fullmatch(project_id):
        raise invalid("id", "an id starts with proj_")
    project = here.projects.get(project_id)
    if project is None:
        raise missing("Project")
    if anyones or belongs_to(project, caller()):
        return project
    if here.variant.unusual:
        raise missing("Project")
    raise Problem(403, "This project belongs to another user")


def belongs_to(project: Project | None, account: Account) -> bool:
    """Whether there is such a project and it is this user's."""
    return project is not None and project.account is account


def changes_asked_for(here: World) -> dict[str, Any]:
    """The members that the body mentions, checked (YC-15 to YC-17)."""
    body = fields.json_object(MEMBERS)
    checks = {"name": fields.name, "description": fields.description, "settings": fields.settings}
    changes: dict[str, Any] = {
        member: check(body[member]) for member, check in checks.items() if member in body
    }
    if here.has_bug("name-cut") and "name" in changes:
        changes["name"] = changes["name"][:64]
    return changes


def apply_changes(here: World, project: Project, changes: dict[str, Any]) -> None:
    """Store changes; an update that changes nothing leaves `updated_at` alone (YC-I05)."""
    # By their spelling: 0 equals False, but is another value in JSON.
    changed = any(repr(getattr(project, member)) != repr(value) for member, value in changes.items())
    for member, value in changes.items():
        setattr(project, member, value)
    if changed or here.variant.unusual:
        project.updated_at = max(here.now(), project.updated_at)
        announce(here, project.account, "project.updated", detail(here, project))


def remove(here: World, project: Project) -> None:
    """Take a project away, and its data with it unless the choices are unusual (YC-I06)."""
    gone = [project]
    if here.has_bug("delete-by-name"):
        gone = [row for row in here.projects_of(project.account) if row.name == project.name]
    for row in gone:
        here.deleted[row.id] = here.projects.pop(row.id)
        if not here.variant.unusual:
            here.data_sets = {key: data for key, data in here.data_sets.items() if data.project_id != row.id}
        if not here.has_bug("deleted-event-missing"):
            announce(here, row.account, "project.deleted", {"id": row.id, "name": row.name})


def default_settings(here: World) -> dict[str, Any]:
    """The settings of a project that was created without any (YC-I04)."""
    return {} if here.variant.unusual else {"visibility": "private"}


def list_item(here: World, project: Project) -> dict[str, Any]:
    """A project as the list shows it (YC-12)."""
    item = detail(here, project)
    del item["settings"]
    if here.has_bug("list-stale-name"):
        item["name"] = project.first_name
    return item


def detail(here: World, project: Project) -> dict[str, Any]:
    """A project as its own address shows it (YC-18, YC-19)."""
    found: dict[str, Any] = {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "settings": project.settings,
        "created_at": here.stamp(project.created_at),
        "updated_at": here.stamp(project.updated_at),
    }
    if here.variant.unusual:
        if project.description is None:
            del found["description"]
        found.update(object="project", owner={"id": project.account.id, "name": project.account.name})
    return found
