"""What a conforming server may decide for itself, in two versions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

PLAIN_CODES = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    422: "validation_error",
    429: "rate_limit_exceeded",
    500: "internal_error",
}
UNUSUAL_CODES = {
    400: "bad_request",
    401: "authentication_required",
    403: "access_denied",
    404: "no_such_resource",
    405: "method_not_supported",
    415: "media_type_not_supported",
    422: "validation_failed",
    429: "too_many_requests",
    500: "server_error",
}


@dataclass(frozen=True)
class Choices:
    """The free decisions; the defaults are those of the plain server."""

    unusual: bool = False
    codes: dict[int, str] = field(default_factory=lambda: PLAIN_CODES)
    largest_page: int = 100
    query_error: int = 422
    media_type_error: int = 400
    foreign_row: int = 404
    malformed_id: int = 404
    unknown_record_of_analysis: int = 404
    unknown_record_of_share: int = 422
    default_sort: str = "-created_at"
    sortable: tuple[str, ...] = ("created_at", "updated_at", "date", "filename", "category")
    upload_required: tuple[str, ...] = ("file", "category")
    family_required: tuple[str, ...] = ("full_name", "date_of_birth", "relationship")
    seconds_to_finish: float = 0.0
    content_type: str = "application/json"

    def moment(self, value: datetime | None) -> str | None:
        """A time as text (HS-24 does not say how: whole seconds and Z, or microseconds and an offset).

        Args:
            value: an aware time, or None for an event that has not happened.
        """
        if value is None:
            return None
        utc = value.astimezone(UTC)
        if self.unusual:
            return utc.isoformat(timespec="microseconds")
        return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


CHOICES = {
    "plain": Choices(),
    "unusual": Choices(
        unusual=True,
        codes=UNUSUAL_CODES,
        largest_page=50,
        query_error=400,
        media_type_error=415,
        foreign_row=403,
        malformed_id=400,
        unknown_record_of_analysis=422,
        unknown_record_of_share=404,
        default_sort="created_at",
        sortable=("created_at", "date"),
        upload_required=("file",),
        family_required=("full_name",),
        seconds_to_finish=1.0,
        content_type="application/json; charset=utf-8",
    ),
}
