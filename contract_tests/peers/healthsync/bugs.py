"""The bugs that the HealthSync peer can be started with."""

from contract_tests.peers.bugs import Bug

_PAGING = {
    "page_skips_row": Bug("Every page after the first starts one row too late.", "HS-38", True),
    "last_page_lost": Bug(
        "total_pages is rounded down, so links never lead to a last short page.", "HS-41", True
    ),
    "total_counts_page": Bug("meta.total is the number of rows on this page.", "HS-40", True),
    "total_ignores_filter": Bug(
        "meta.total and total_pages count the rows without the filters.", "HS-40", True
    ),
    "family_not_paged": Bug(
        "GET /family-members answers all rows whatever page and per_page are.", "HS-38", True
    ),
    "unstable_ties": Bug("Rows with equal sort keys stand in another order on even pages.", "HS-38", True),
    "next_on_last_page": Bug("The last page has a next link to a page that does not exist.", "HS-43", True),
    "links_lose_filter": Bug("Page links drop category and date_from.", "HS-42", True),
}
_LISTING = {
    "filters_or": Bug("Rows that match category or date_from are listed instead of both.", "HS-46", True),
    "category_lost_when_sorted": Bug("The category filter is ignored when sort is given.", "HS-44", True),
    "date_from_exclusive": Bug("date_from leaves out the documents of that very day.", "HS-45", True),
    "descending_ignored": Bug("The minus of sort=-created_at is ignored.", "HS-47", True),
    "sorts_only_page": Bug("sort orders the rows within a page, not the whole list.", "HS-48", True),
    "list_stale_after_patch": Bug("GET /records shows a document as it was before its PATCH.", "HS-08", True),
}
_RECORDS = {
    "upload_forgets_date": Bug("The date of an upload is ignored; today is saved.", "HS-50", True),
    "upload_answers_200": Bug("POST /records answers 200 instead of 201.", "HS-28", False),
    "patch_reapplies_defaults": Bug(
        "PATCH /records/{id} sets fields that it does not mention back to their defaults.", "HS-11", True
    ),
    "patch_moves_created_at": Bug("PATCH /records/{id} moves created_at.", "HS-11", True),
    "empty_text_lost_on_patch": Bug("PATCH /records/{id} does not save empty text and null.", "HS-11", True),
    "delete_by_filename": Bug(
        "DELETE /records/{id} also deletes the user's other documents with the same file name.", "HS-12", True
    ),
    "deleted_still_gettable": Bug("GET /records/{id} still answers a deleted document.", "HS-12", True),
    "delete_unknown_succeeds": Bug(
        "DELETE /records/{id} answers 204 when the user has no such document.", "HS-33", True
    ),
}
_OTHERS = {
    "revoked_share_listed": Bug("GET /shares lists revoked shares.", "HS-19", True),
    "expired_share_listed": Bug("GET /shares lists expired shares.", "HS-19", True),
    "analysis_never_completes": Bug("An analysis stays processing for ever.", "HS-14", True),
    "analysis_of_latest_record": Bug(
        "An analysis is made of the user's newest document, not of the one asked for.", "HS-51", True
    ),
    "user_patch_lost": Bug("PATCH /user answers the change but does not save it.", "HS-07", True),
    "bad_json_500": Bug("POST /analysis answers 500 to malformed JSON.", "HS-30", True),
    "family_error_shape": Bug("Errors of POST /family-members have a plain text as error.", "HS-25", False),
}
_ACCESS = {
    "user_is_always_demo": Bug("GET /user answers the first user whatever the token.", "HS-06", True),
    "foreign_record_readable": Bug("GET /records/{id} answers the document of another user.", "HS-32", True),
    "foreign_share_revocable": Bug("DELETE /shares/{id} revokes the share of another user.", "HS-32", True),
    "readonly_may_upload": Bug("A read-only key may POST /records.", "HS-32", True),
    "family_detail_open": Bug("GET /family-members/{id} needs no credential.", "HS-04", True),
    "remaining_never_falls": Bug("X-RateLimit-Remaining never falls.", "HS-37", True),
}
BUGS: dict[str, Bug] = _PAGING | _LISTING | _RECORDS | _OTHERS | _ACCESS
