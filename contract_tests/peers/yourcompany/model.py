"""What the server remembers: users, their keys, projects, data sets and subscriptions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any, NamedTuple, cast

from flask import current_app, g


class Variant(NamedTuple):
    """How this server was started."""

    unusual: bool
    bug: str | None


@dataclass
class Traffic:
    """What a user did within one hour."""

    calls: int = 0
    bytes: int = 0
    projects: int = 0


@dataclass
class Subscription:
    """Where a user wants events sent to."""

    id: str
    url: str
    events: list[str]
    secret: str
    created_at: datetime


@dataclass
class Account:
    """A user."""

    id: str
    email: str
    name: str
    plan: str
    created_at: datetime
    traffic: dict[datetime, Traffic] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)


class Key(NamedTuple):
    """What a bearer token stands for."""

    account: Account
    limit: int
    may_write: bool = True


@dataclass
class Window:
    """The requests of one key within one hour."""

    ends: int
    used: int = 0


@dataclass
class Project:
    """A project; `number` counts creations, `first_name` is the name it was created with."""

    id: str
    number: int
    account: Account
    name: str
    description: str | None
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    first_name: str


@dataclass
class DataSet:
    """An uploaded file."""

    id: str
    account: Account
    project_id: str
    filename: str
    size: int
    rows: int
    format: str
    created_at: datetime


@dataclass
class World:
    """The state of one server; whoever touches it holds `lock`."""

    variant: Variant
    chance: random.Random
    lock: Lock = field(default_factory=Lock)
    keys: dict[str, Key] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    deleted: dict[str, Project] = field(default_factory=dict)
    data_sets: dict[str, DataSet] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def has_bug(self, name: str) -> bool:
        """Whether the server was started with this bug."""
        return self.variant.bug == name

    def new_id(self, prefix: str) -> str:
        """An id that was never given before, in the form `prefix_…` (YC-13)."""
        letters, length = ("abcdefghijkmnpqrstuvwxyz0123456789", 8)
        if self.variant.unusual:
            letters, length = ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26)
        while True:
            made = f"{prefix}_{''.join(self.chance.choices(letters, k=length))}"
            if not any(made in taken for taken in (self.projects, self.deleted, self.data_sets)):
                return made

    def now(self) -> datetime:
        """This moment; whole seconds where the answers show no fraction, so that ties are ties inside too."""
        moment = datetime.now(UTC)
        return moment if self.variant.unusual else moment.replace(microsecond=0)

    def stamp(self, moment: datetime) -> str:
        """A moment as the answers write it (YC-04)."""
        if self.variant.unusual:
            return moment.isoformat(timespec="microseconds")
        return moment.replace(tzinfo=None, microsecond=0).isoformat() + "Z"

    def projects_of(self, account: Account) -> list[Project]:
        """The projects of a user, oldest first."""
        return [project for project in self.projects.values() if project.account is account]

    def traffic_at(self, account: Account, moment: datetime) -> Traffic:
        """The counters of the hour that a moment is in."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        return account.traffic.setdefault(hour, Traffic())

    def add_project(
        self, account: Account, content: dict[str, Any], created_at: datetime, idle: timedelta = timedelta()
    ) -> Project:
        """Store a new project.

        Parameters: content, its name, description and settings, and its id when that is given; idle, how
        long after its creation it was last updated.
        """
        chosen = content.get("id") or self.new_id("proj")
        project = Project(
            id=chosen,
            number=next(self.numbers),
            account=account,
            name=content["name"],
            description=content["description"],
            settings=content["settings"],
            created_at=created_at,
            updated_at=created_at + idle,
            first_name=content["name"],
        )
        self.projects[project.id] = project
        self.traffic_at(account, created_at).projects += 1
        return project


def world() -> World:
    """The state of the server that answers this request."""
    return cast(World, current_app.extensions["world"])


def caller() -> Account:
    """The user whose key came with this request."""
    return cast(Account, g.account)
