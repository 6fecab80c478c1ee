"""The bugs that the Human API peer can be started with: what a team would have written in its report."""

from contract_tests.peers.bugs import Bug

PAGING = {
    "default_limit_100": Bug("Without limit a list returns up to 100 records instead of 50.", "HA-07", True),
    "limit_maximum_missing": Bug(
        "A limit above 500 is taken as it is, and one answer then carries more than 500 records.",
        "HA-08",
        True,
    ),
    "offset_off_by_one": Bug(
        "offset counts from 1: every page after the first repeats the last record of the page before.",
        "HA-09",
        True,
    ),
    "last_page_lost": Bug(
        "A last page that is not full comes back empty (unless it is the only page).", "HA-09", True
    ),
    "unstable_order": Bug(
        "Records with the same date change places at each request, so that pages repeat and miss some.",
        "HA-09",
        True,
    ),
    "total_unfiltered": Bug(
        "X-Total-Count counts all records of the type, whatever filters the query has.", "HA-28", True
    ),
    "total_is_page": Bug(
        "X-Total-Count is the number of records on the page, not the total of the query.", "HA-28", True
    ),
    "total_zero_missing": Bug("X-Total-Count is missing when no record matches.", "HA-28", True),
}

LINKS = {
    "next_on_last_page": Bug("The last page has a next link, to an empty page.", "HA-26", True),
    "next_missing": Bug(
        "The next link is missing when what is left does not fill a page: the last records are not reached.",
        "HA-26",
        True,
    ),
    "last_unfiltered": Bug(
        "With a filter the last link is computed from all records and points behind the end.", "HA-26", True
    ),
    "link_no_brackets": Bug("Link targets are not in angle brackets.", "HA-27", True),
    "link_relative": Bug("Link targets are paths without scheme and host.", "HA-29", True),
    "link_loses_filters": Bug(
        "Link targets have only limit and offset: following next leaves the filtered list.", "HA-30", True
    ),
}

FILTERS = {
    "created_since_inclusive": Bug(
        "created_since also returns records created at exactly that moment.", "HA-10", True
    ),
    "updated_since_day": Bug(
        "updated_since compares days only: records updated later on the same day are missing.", "HA-11", True
    ),
    "updated_since_uses_created": Bug(
        "updated_since looks at createdAt: records changed since then are missing.", "HA-11", True
    ),
    "get_touches": Bug(
        "Reading one record moves its updatedAt, so updated_since returns records that nobody changed.",
        "HA-11",
        True,
    ),
    "created_before_ignored_with_since": Bug(
        "created_before is ignored when the query has created_since too.", "HA-12", True
    ),
    "updated_before_never_updated": Bug(
        "updated_before leaves out records that were never changed after they were created.", "HA-13", True
    ),
    "source_prefix": Bug(
        "source is compared by its first eight characters: sources of the same second are mixed.",
        "HA-14",
        True,
    ),
    "filter_after_paging": Bug(
        "The filters are applied to a page cut from the unfiltered list: pages come back too short.",
        "HA-14",
        True,
    ),
    "since_local_time": Bug(
        "The compact dates are read as Pacific time although they end in Z: seven hours off.", "HA-15", True
    ),
    "end_date_midnight": Bug(
        "end_date means its first moment: records later on that day are missing.", "HA-17", True
    ),
    "half_range_ignored": Bug(
        "start_date without end_date (or the reverse) is silently ignored and everything is returned.",
        "HA-18",
        True,
    ),
    "source_ignored_with_range": Bug(
        "source is ignored when the query also has start_date and end_date.", "HA-19", True
    ),
    "filters_or": Bug("Several filters in one query are joined by OR instead of AND.", "HA-19", True),
    "range_ignored_for_test_results": Bug(
        "start_date and end_date have no effect on test_results.", "HA-16", True
    ),
}

ACCESS = {
    "token_not_checked_on_detail": Bug(
        "A single record can be read without a token or with an unknown one.", "HA-01", True
    ),
    "empty_token": Bug("An Authorization header with an empty token gets the demo data.", "HA-01", True),
    "detail_other_user": Bug("A single record of another user can be read by its id.", "HA-03", True),
    "source_lists_other_users": Bug(
        "A list filtered by source has the records of all users of that source.", "HA-03", True
    ),
    "cache_shared": Bug(
        "Lists are cached by URL without regard to the token: the next user gets the first user's list.",
        "HA-03",
        True,
    ),
    "detail_any_type": Bug(
        "A record is found under every type: /encounters/{id} serves a test result.", "HA-22", True
    ),
    "html_error": Bug("The answer for an unknown id is an HTML page.", "HA-04", False),
}

BUGS: dict[str, Bug] = {**PAGING, **LINKS, **FILTERS, **ACCESS}
