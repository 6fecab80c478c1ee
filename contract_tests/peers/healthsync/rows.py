"""The rows that the server keeps."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass
class Row:
    """What every row has: its id, the account it belongs to, its place in order of creation, its time."""

    id: str
    owner: str
    number: int
    created_at: datetime


@dataclass
class User(Row):
    """A user's profile (HS-06)."""

    updated_at: datetime
    email: str
    first_name: str
    last_name: str
    date_of_birth: date | None = None
    phone: str | None = None
    plan: str = "enterprise"


@dataclass
class Record(Row):
    """A document (HS-08 .. HS-12)."""

    updated_at: datetime
    filename: str
    content_type: str
    file_size: int
    category: str
    date: date
    title: str | None = None
    notes: str | None = None
    family_member_id: str | None = None
    deleted: bool = False


@dataclass
class FamilyMember(Row):
    """A family member (HS-15 .. HS-17)."""

    full_name: str
    date_of_birth: date | None = None
    relationship: str | None = None
    email: str | None = None
    access_level: str = "view"


@dataclass
class Share(Row):
    """A share link (HS-18 .. HS-20)."""

    record_ids: list[str]
    expires_at: datetime
    permission: str = "view"
    password_protected: bool = False
    access_count: int = 0
    revoked: bool = False


@dataclass
class Analysis(Row):
    """An analysis of a document (HS-13, HS-14)."""

    record_id: str
    completed_at: datetime
    findings: str
    abnormal_values: list[str]
    confidence_score: float


@dataclass
class LabResult(Row):
    """One lab result (HS-F06 .. HS-F11)."""

    test_name: str
    test_type: str
    date_performed: date
    ordering_physician: str | None
    lab_facility: str
    results: list[dict[str, str]] = field(default_factory=list)
