"""What is wrong with creating, changing and deleting."""

from contract_tests.peers.bugs import Bug

CREATE_BUGS = {
    "create-200": Bug("A create is answered 200, not 201.", "DS-23", False),
    "create-answer-lacks-times": Bug(
        "The answer to a create has no createdAt and updatedAt.", "DS-23", False
    ),
    "create-ignores-status": Bug("The status sent with a create is ignored: it is ACTIVE.", "DS-09", True),
    "create-default-pending": Bug("A record created without status is PENDING_UPDATE.", "DS-25", True),
    "default-status-not-stored": Bug(
        "A record created without status shows ACTIVE; status=ACTIVE misses it.", "DS-16", True
    ),
    "create-loses-metadata": Bug("The metadata sent with a create is lost.", "DS-26", True),
    "create-loses-falsy": Bug(
        "Members of data that are 0, false, empty or null are lost on create.", "DS-05", True
    ),
    "create-refuses-empty-data": Bug(
        "A create with data {} is refused as if data were missing.", "DS-24", True
    ),
    "create-cuts-key": Bug("A resourceKey is cut to 64 characters.", "DS-04", True),
    "create-lowers-key": Bug("A resourceKey is stored in lower case.", "DS-04", True),
    "create-garbles-key": Bug("Letters outside ASCII in resourceKey come back garbled.", "DS-04", True),
    "create-takes-numbers": Bug(
        "A number is taken for developerId, resourceType or resourceKey, as a string.", "DS-02", True
    ),
    "create-without-developer": Bug("A create without developerId is accepted.", "DS-24", True),
    "create-without-type": Bug("A create without resourceType is accepted.", "DS-24", True),
    "create-without-key": Bug("A create without resourceKey is accepted.", "DS-24", True),
    "create-without-data": Bug("A create without data is accepted.", "DS-24", True),
    "create-takes-id": Bug("The id sent with a create becomes the record's id.", "DS-01", True),
    "create-takes-created-at": Bug("The createdAt sent with a create is kept.", "DS-07", True),
    "local-times": Bug("Times are local ones, two hours ahead, marked as UTC.", "DS-07", True),
    "bad-json-500": Bug("A body that is not JSON is answered 500 with an HTML page.", "DS-36", False),
    "metadata-unmeasured": Bug("metadata of more than 1KB is accepted.", "DS-10", True),
    "metadata-255-bytes": Bug("metadata of more than 255 bytes is refused.", "DS-10", True),
    "duplicate-unchecked": Bug(
        "A second record with the same developer, type and key is created.", "DS-40", True
    ),
    "duplicate-overwrites": Bug(
        "A duplicate create is answered 201 and overwrites the first record.", "DS-40", True
    ),
    "duplicate-400": Bug("A duplicate create is answered 400, not 409.", "DS-40", True),
    "duplicate-without-type": Bug("409 when only developerId and resourceKey are the same.", "DS-40", True),
    "duplicate-without-developer": Bug(
        "409 when only resourceType and resourceKey are the same.", "DS-40", True
    ),
    "duplicate-any-case": Bug("409 when the key differs in upper and lower case only.", "DS-40", True),
    "duplicate-of-deleted": Bug("409 when the record with the same key was deleted.", "DS-40", True),
    "duplicate-race": Bug("Two creates of the same record at the same time both succeed.", "DS-40", True),
}

DATA_BUGS = {
    "data-of-any-type": Bug("data may be a list or a string.", "DS-05", False),
    "data-nulls-dropped": Bug("Members of data that are null are dropped.", "DS-05", True),
    "data-empties-dropped": Bug("Members of data that are [] or {} are dropped.", "DS-05", True),
    "data-names-camelised": Bug("Names in data such as time_out come back as timeOut.", "DS-05", True),
    "data-floats-rounded": Bug("Numbers in data are rounded to two decimals.", "DS-05", True),
    "data-integers-inexact": Bug("Integers in data above 2^53 lose their last digits.", "DS-05", True),
    "data-texts-cut": Bug("Strings in data are cut to 255 characters.", "DS-05", True),
    "data-texts-trimmed": Bug("Strings in data lose spaces at both ends.", "DS-05", True),
    "data-unicode-lost": Bug("Letters outside ASCII in data become question marks.", "DS-05", True),
}

PATCH_BUGS = {
    "patch-204": Bug("A change is answered 204 without the record.", "DS-27", False),
    "patch-answer-partial": Bug("The answer to a change has only the id and what was sent.", "DS-27", False),
    "patch-answer-stale": Bug("The answer to a change shows the record as it was before.", "DS-27", True),
    "patch-status-not-saved": Bug("A new status is shown in the answer and not saved.", "DS-28", True),
    "patch-wipes-unmentioned": Bug(
        "A change resets the status and metadata that it does not mention.", "DS-28", True
    ),
    "patch-merges-data": Bug("New data is merged into the old instead of replacing it.", "DS-I07", True),
    "patch-ignores-empty": Bug("data or metadata cannot be emptied: {} is ignored.", "DS-28", True),
    "patch-ignores-metadata": Bug("metadata sent with a change is ignored.", "DS-10", True),
    "patch-one-field": Bug("Of several fields only the first one sent is changed.", "DS-28", True),
    "patch-requires-data": Bug("A change without data is refused.", "DS-31", True),
    "patch-moves-developer": Bug("developerId can be changed.", "DS-02", True),
    "patch-moves-type": Bug("resourceType can be changed.", "DS-30", True),
    "patch-moves-key": Bug("resourceKey can be changed.", "DS-30", True),
    "updated-at-stays": Bug("A change does not move updatedAt.", "DS-08", True),
    "created-at-moves": Bug("A change moves createdAt.", "DS-07", True),
    "metadata-unmeasured-patch": Bug("metadata of more than 1KB is accepted by a change.", "DS-10", True),
    "status-example-refused": Bug(
        "PENDING_SYNC_CONFIRMATION, the document's example, is refused.", "DS-C01", True
    ),
    "bad-json-as-empty": Bug(
        "A change whose body is not JSON is answered 200 and changes nothing.", "DS-36", True
    ),
    "refused-patch-half-done": Bug(
        "A change refused for its metadata or status has already set data.", "DS-I08", True
    ),
    "unknown-patch": Bug("A change of an unknown id is answered 200 with an empty object.", "DS-39", False),
}

DELETE_BUGS = {
    "delete-200": Bug("A delete is answered 200 with a body.", "DS-32", False),
    "delete-does-nothing": Bug("A delete is answered 204 and the record stays.", "DS-32", True),
    "delete-takes-others": Bug(
        "A delete also removes the developer's other records of that type.", "DS-32", True
    ),
    "unknown-delete": Bug("A delete of an unknown id is answered 204.", "DS-39", True),
}
