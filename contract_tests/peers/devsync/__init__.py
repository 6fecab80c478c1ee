"""A server for the Developer Synchronization API, written from its document alone.

Where the document is silent the choices `plain` follow the resolutions of the rules; tokens are sent as
`Bearer <token>`, `ApiKey <token>` or bare. The token demo is bound to no developer and sees every record.

The choices `unusual` keep every sentence of the document and differ in the rest:

- a limit or page out of range is clamped, an unreadable one is taken for its default (DS-I12);
- an empty filter is no filter; an unknown query parameter is refused with 400;
- errors are problem documents; 401 has no challenge and 405 no Allow header (DS-I01);
- an id that is no UUID is refused with 400, an id in upper case is found (DS-I13); new ids are version 5;
- unknown and immutable body fields are ignored (DS-I08, DS-C05), as is null for status and metadata (DS-I05);
- names may be empty or longer than 255 (DS-I04); any media type is read as JSON;
- status is any word of upper-case letters and underscores (DS-C01);
- metadata may take 1000 bytes, not 1024 (DS-I06);
- an empty PATCH moves updatedAt (DS-I09); a PATCH is read before its record is looked up;
- a record belongs to the account that made it: demo does not reach those of peer (403), and peer may write
  any developerId (DS-I03);
- lastSyncedAt is null until data is changed (DS-C03);
- times have microseconds and +00:00 (DS-43 is an example); Location is absolute (DS-I14);
- lists are ordered by developerId, resourceType, resourceKey (DS-I12);
- records carry object and links, lists totalPages, answers X-Request-Id; keys come in another order;
- an API key is sent as `Api-Key <token>`, never bare (DS-I02);
- HEAD is refused with 405.

Kept because the document says so: 403 for another's record (DS-38), 404 for a second DELETE (DS-39),
all ten fields in every record (DS-22).
"""

from contract_tests.peers.devsync.app import build
from contract_tests.peers.devsync.bugs import BUGS

__all__ = ["BUGS", "build"]
