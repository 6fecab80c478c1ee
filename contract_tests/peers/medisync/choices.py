"""What a MediSync server may decide for itself, because the document is silent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """One set of decisions; the defaults are the plain ones."""

    typed_ids: bool = False
    nested_errors: bool = False
    extra_members: bool = False
    microseconds: bool = False
    newest_first: bool = True
    corrects_paging: bool = False
    default_limit: int = 20
    max_limit: int = 100
    empty_deletes: bool = False
    always_created: bool = False
    missing_notes_404: bool = False
    search_needs_query: bool = True
    hides_foreign: bool = False
    refuses_unknown: bool = False
    first_status: str = "scheduled"
    transcription_seconds: int = 0
    speakers: bool = True
    twin_patients: bool = False
    trial: bool = False
    standard_rate_headers: bool = False
    bare_405: bool = False
    absolute_links: bool = True


PLAIN = Choices()
UNUSUAL = Choices(
    typed_ids=True,
    nested_errors=True,
    extra_members=True,
    microseconds=True,
    newest_first=False,
    corrects_paging=True,
    default_limit=25,
    max_limit=50,
    empty_deletes=True,
    always_created=True,
    missing_notes_404=True,
    search_needs_query=False,
    hides_foreign=True,
    refuses_unknown=True,
    first_status="pending",
    transcription_seconds=1,
    speakers=False,
    twin_patients=True,
    trial=True,
    standard_rate_headers=True,
    bare_405=True,
    absolute_links=False,
)
CHOICES = {"plain": PLAIN, "unusual": UNUSUAL}
