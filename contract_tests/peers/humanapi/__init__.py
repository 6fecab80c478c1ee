"""An independent server of the Human API, written from its document alone.

The plain server follows the usual reading of the document. The unusual one obeys every sentence of it too,
but where the document says nothing, or only shows an example, it chooses otherwise:

- limit and offset that are no natural number count as not given, as does limit 0; a limit above 500 is 500;
- start_date or end_date alone is served as a range open at the other end, as in the document's own example;
  a range whose ends are exchanged is empty, not refused;
- malformed dates, a malformed source and unknown query options are refused, with 422; an empty option counts
  as not given, and of a repeated option the last value counts;
- a malformed id is 400 rather than 404, a record of another user 403 rather than 404;
- lists are sorted by creation, oldest first; test results are dated by the collection of the specimen, and
  that is the property that start_date and end_date look at;
- there is one Link header for each link, with a title and an unquoted rel; links always carry the limit and
  have the offset first; last is floor(total / limit) * limit, an empty page when the total is a multiple;
- the medical types are encounters, test_results and vitals; of the rest of /human there is only the summary,
  which counts the records; records have further fields, and unknown optional ones are null, not absent;
- times have microseconds and +00:00, keys are in another order, text is escaped ASCII without a charset;
- errors are {"errors": [{"title", "status"}]}; there is no Allow, WWW-Authenticate or Access-Control header
  but an X-Served-By; everything but GET is 405, HEAD and OPTIONS too; the Accept header is not looked at;
  a trailing slash is accepted.

No rate limit is documented, so there is none, and the token `limited` is an unknown one.
"""

from .app import build
from .bugs import BUGS

__all__ = ["BUGS", "build"]
