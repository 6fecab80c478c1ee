"""The bugs that this peer can be started with."""

from contract_tests.peers.bugs import Bug

BUGS: dict[str, Bug] = {
    "page-skips-row": Bug(
        "The row that should open page 2 is on no page: later pages start one row late.", "YC-06", True
    ),
    "total-pages-rounded-down": Bug(
        "total_pages leaves out the last page when it is not full.", "YC-11", True
    ),
    "total-is-page-length": Bug(
        "pagination.total counts the rows of the page, not of the collection.", "YC-10", True
    ),
    "per-page-unbounded": Bug("per_page above 100 is served as asked.", "YC-07", True),
    "default-per-page-ten": Bug("Without per_page a page has 10 items.", "YC-07", True),
    "ties-shuffled": Bug(
        "Rows with the same sort value change places from one request to the next.", "YC-48", True
    ),
    "next-on-last-page": Bug("links.next of the last page points to an empty page.", "YC-49", True),
    "next-loses-query": Bug("links.next and links.prev forget per_page, sort and order.", "YC-49", True),
    "order-default-asc": Bug("Without order the list is ascending.", "YC-09", True),
    "sort-within-page": Bug("The page is cut in the default order and only then sorted.", "YC-08", True),
    "list-shows-foreign": Bug("The list of projects has those of the other users too.", "YC-38", True),
    "list-stale-name": Bug("After an update the list still shows the name given at creation.", "YC-20", True),
    "deleted-still-readable": Bug("GET of a deleted project still answers it.", "YC-21", True),
    "empty-description-lost": Bug('A project created with the description "" has none.', "YC-16", True),
    "update-ignores-falsy": Bug(
        "PUT ignores a description that is empty or null and empty settings.", "YC-20", True
    ),
    "update-wipes-settings": Bug("PUT without settings sets them back to the default.", "YC-20", True),
    "name-cut": Bug("Names are cut after 64 characters.", "YC-15", True),
    "name-not-required": Bug('A project without a name is created as "Untitled".', "YC-15", True),
    "settings-nulls-dropped": Bug("Members of settings that are null are not stored.", "YC-17", True),
    "unicode-mangled": Bug(
        "Characters of a description outside ASCII come back as question marks.", "YC-16", True
    ),
    "delete-unknown-succeeds": Bug("DELETE of a project that never existed answers success.", "YC-39", True),
    "delete-by-name": Bug("DELETE also removes the user's other projects of the same name.", "YC-21", True),
    "readonly-may-delete": Bug("A key that may only read can delete projects.", "YC-38", True),
    "foreign-project-updatable": Bug("PUT changes a project of another user.", "YC-38", True),
    "foreign-data-readable": Bug("GET /data/{id} shows the data of another user.", "YC-38", True),
    "usage-without-key": Bug("GET /analytics/usage answers without a key.", "YC-02", True),
    "validation-is-422": Bug("Failed validation answers 422 instead of 400.", "YC-40", False),
    "upload-error-shape": Bug('Errors of the upload are {"error": "text"}.', "YC-35", False),
    "upload-project-unchecked": Bug("An upload to a project that does not exist is accepted.", "YC-24", True),
    "upload-size-of-request": Bug("size of an upload counts the whole request, not the file.", "YC-26", True),
    "profile-not-kept": Bug("PUT /users/me answers the new profile but keeps the old one.", "YC-29", True),
    "usage-last-day-missing": Bug("Usage stops before the day that end_date names.", "YC-31", True),
    "usage-weeks-are-days": Bug("granularity=week gives one item a day.", "YC-32", True),
    "remaining-never-falls": Bug("X-RateLimit-Remaining stays at the limit.", "YC-47", True),
    "deleted-event-missing": Bug("Deleting a project sends no project.deleted event.", "YC-50", True),
}
