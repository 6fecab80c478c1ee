"""What this server does where the document is silent or shows one example only."""

from typing import NamedTuple


class Choices(NamedTuple):
    """One way to fill the gaps of the document.

    clamps: a page size or number out of range is moved into the range instead of refused.
    lenient: unknown and immutable body fields, null for an optional field and any media type are accepted.
    open_status: any upper-case word is a status, not only the four that the document shows.
    owned_by_account: a record belongs to the account that made it, not to a developer.
    extras: undocumented fields and headers, and the credential scheme `Api-Key` instead of `ApiKey`.
    precise: times with microseconds and an offset; no `lastSyncedAt` before the first change of `data`.
    problems: errors as problem documents, malformed ids refused with 400, HEAD refused, no Allow header.
    metadata_bytes: the size of `metadata` called 1KB, in bytes of compact JSON.
    """

    clamps: bool
    lenient: bool
    open_status: bool
    owned_by_account: bool
    extras: bool
    precise: bool
    problems: bool
    metadata_bytes: int


CHOICES = {
    "plain": Choices(False, False, False, False, False, False, False, 1024),
    "unusual": Choices(True, True, True, True, True, True, True, 1000),
}
