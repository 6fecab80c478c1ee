"""An independent MediSync server, written from the document alone.

`plain` follows the conventional reading of what the document leaves open. `unusual` keeps every sentence of
the document too, and chooses otherwise where it is silent:

- ids are `apt_` (`pat_`, `rec_`, `user_`, ...) and ten hex digits; a malformed id is 400, an unknown one 404;
- errors are `{"success": false, "error": {"type", "message", "fields"?}, "requestId"}`, types in kebab case;
- `requestId` stands in every JSON answer, `__v` in every row, `X-Request-Id` in every answer's headers;
- rows have their keys in another order and leave out members that are null;
- times have microseconds and `+00:00`; `appointment_date` is rewritten to that form, and needs no offset;
- lists are oldest first; `page` and `limit` are corrected instead of refused (25 by default, at most 50); the
  block is `pagination: {currentPage, perPage, totalItems, totalPages}`;
- DELETE answers 204 without a body, and POST /notes/add answers 201 on an update as well;
- GET /notes/{appointment_id} is 404 while there are no notes; patients/search without `query` lists everyone;
- another doctor's row is 404 instead of 403;
- unknown members of a body are refused (those that the server makes itself are ignored); a body that is not
  declared as JSON is 400 instead of 415; an empty file is refused;
- a new appointment is `pending`; the transcription is there one second after the upload, without `segments`;
- two patients may have the same name and birthday; a new user has a trial subscription;
- rate headers are `RateLimit-*` with the seconds left, no `Retry-After`; HEAD is 405; 405 has no `Allow`;
- `recording_url` and `document_url` are paths instead of absolute links; audio is served as a download.
"""

from contract_tests.peers.medisync.app import build
from contract_tests.peers.medisync.bugs import BUGS

__all__ = ["BUGS", "build"]
