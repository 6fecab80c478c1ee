"""What is wrong with lists, single records and permissions."""

from contract_tests.peers.bugs import Bug

LIST_BUGS = {
    "default-limit-20": Bug("A list without limit has 20 records a page, not 50.", "DS-17", True),
    "max-not-enforced": Bug("limit=500 returns up to 500 records.", "DS-17", True),
    "max-refused": Bug("limit=100, the documented maximum, is refused with 400.", "DS-17", True),
    "one-too-many": Bug("A page has one record more than limit while there are more.", "DS-17", True),
    "limit-ignored-with-filter": Bug(
        "A filtered list ignores limit and page: all matches come.", "DS-17", True
    ),
    "limit-echo-constant": Bug("limit in the answer is 50 whatever was asked for.", "DS-19", True),
    "page-echo-constant": Bug("page in the answer is 1 on every page.", "DS-19", True),
    "page-from-zero": Bug("page=1 returns the second page; without page the first one comes.", "DS-18", True),
    "last-page-lost": Bug("The last page is empty when it is not full.", "DS-13", True),
    "pages-overlap": Bug(
        "Each page after the first begins with the last record of the one before.", "DS-13", True
    ),
    "pages-leave-gaps": Bug("Each page after the first leaves out its first record.", "DS-13", True),
    "past-the-end-repeats": Bug("A page past the end returns the last page again.", "DS-18", True),
    "unstable-paging": Bug(
        "Records created in the same second change places between requests.", "DS-13", True
    ),
    "total-unfiltered": Bug("total counts all the caller's records, not those that match.", "DS-20", True),
    "total-of-page": Bug("total is the number of records on the page.", "DS-20", True),
    "total-of-everyone": Bug("total also counts records that the caller may not see.", "DS-20", True),
    "filter-developer-prefix": Bug("developerId=dev-45 also finds dev-456.", "DS-14", True),
    "filter-developer-any-case": Bug("developerId=dev-456 also finds DEV-456.", "DS-14", True),
    "filter-developer-ascii": Bug("A developerId with letters such as ë finds nothing.", "DS-14", True),
    "filter-type-ignored": Bug("The filter resourceType is ignored.", "DS-15", True),
    "filter-type-part": Bug("resourceType=FEATURE_FLAG also finds FEATURE_FLAG_STATE.", "DS-15", True),
    "filter-status-ignored": Bug("The filter status is ignored.", "DS-16", True),
    "filter-status-two-way": Bug("The filter status only tells ACTIVE from all the others.", "DS-16", True),
    "filters-first-only": Bug("Of several filters only the first is applied.", "DS-20", True),
    "filters-any": Bug("Several filters find records that match any of them.", "DS-20", True),
    "filter-after-paging": Bug(
        "Filters are applied to the page that was cut: matches go missing.", "DS-13", True
    ),
    "list-stale": Bug("Lists show and filter a record as it was when it was created.", "DS-13", True),
    "list-shows-deleted": Bug("A deleted record is still listed.", "DS-32", True),
    "list-empties-data": Bug("Records in a list have an empty data object.", "DS-19", True),
    "list-lacks-metadata": Bug("Records in a list have no metadata.", "DS-11", False),
}

READ_BUGS = {
    "unknown-read": Bug("GET of an unknown id answers 200 with an empty object.", "DS-39", False),
    "deleted-readable": Bug("GET of a deleted record still answers 200.", "DS-32", True),
    "read-touches": Bug("GET of a record moves its updatedAt.", "DS-08", True),
    "read-as-html": Bug("GET of a record is sent as text/html.", "DS-22", False),
}

ACCESS_BUGS = {
    "open-read": Bug("GET of a record needs no token.", "DS-33", True),
    "open-delete": Bug("DELETE needs no token.", "DS-33", True),
    "empty-token": Bug(
        "An Authorization header with an empty token is let in as the full token.", "DS-37", True
    ),
    "token-prefix": Bug("A token is let in when it only begins like a valid one.", "DS-37", True),
    "missing-token-403": Bug("A request without a token is answered 403, not 401.", "DS-37", True),
    "readonly-create": Bug("A token that may only read can create records.", "DS-35", True),
    "readonly-patch": Bug("A token that may only read can change records.", "DS-35", True),
    "readonly-delete": Bug("A token that may only read can delete records.", "DS-35", True),
    "list-of-everyone": Bug(
        "The list shows records of developers that the caller has no permission for.", "DS-38", True
    ),
    "foreign-read": Bug("Another developer can read a record by its id.", "DS-38", True),
    "foreign-patch": Bug("Another developer can change a record.", "DS-38", True),
    "foreign-delete": Bug("Another developer can delete a record.", "DS-38", True),
    "foreign-404": Bug("Another developer's record is answered 404, not 403.", "DS-38", True),
}
