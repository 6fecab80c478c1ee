"""An independent HealthSync server, written from the published document alone.

Choices of `plain` where the document is silent: ids `record_1`; page sizes outside 1..100 refused with 422;
newest first; unknown sort fields, categories and dates refused; unknown body fields ignored; a row of another
user is 404; analyses complete at once; times in whole seconds with `Z`; lab results are served.

Choices of `unusual` (each lies where the document says nothing or shows one example only):

- ids are UUIDs; a malformed id answers 400; a row of another user answers 403;
- page and per_page are clamped to 1..50; words instead of numbers answer 400, as does a bad date;
- a page past the end answers 404; an unknown sort field is passed over; any category may be asked for;
- the default order is oldest first; records sort by `created_at` and `date` only;
- links leave `per_page` out when it is the default, put `page` last, and have an extra `self`;
- unknown body fields and an empty PATCH are refused with 422; a wrong media type answers 415;
- only `file` is required for an upload (category `other`, any non-empty text is a category);
- only `full_name` is required for a family member; a share may be born expired;
- an unknown record answers 422 to an analysis and 404 to a share (plain: the reverse);
- a second DELETE of one's own row answers 204; HEAD answers 405;
- a 405 carries no Allow, a 429 no Retry-After, a 401 no WWW-Authenticate;
- file attributes are `file_name`, `size_bytes`, `mime_type`; optional nulls are left out;
- new documents and analyses are finished after a second; an analysis passes `pending` and `processing`;
- times have microseconds and `+00:00`; keys are sorted; JSON is sent with a charset;
- extra `revision`, `request_id` and `count` members and an `X-Request-Id` header;
- other error codes and texts; an unknown path needs no credential; lab results do not exist.
"""

from contract_tests.peers.healthsync.app import build
from contract_tests.peers.healthsync.bugs import BUGS

__all__ = ["BUGS", "build"]
