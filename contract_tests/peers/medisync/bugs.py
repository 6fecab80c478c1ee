"""The bugs that the plain server can be started with."""

from contract_tests.peers.bugs import Bug

BUGS: dict[str, Bug] = {
    "appointments_of_everyone": Bug(
        "GET /appointments/doctors lists the appointments of all doctors.", "MS-01", schema_valid=True
    ),
    "foreign_appointment_shown": Bug(
        "GET /appointments/get/{id} shows another doctor's appointment.", "MS-10", schema_valid=True
    ),
    "uid_overrides_token": Bug(
        "GET /appointments/doctors still obeys `uid` of the older API: it lists that doctor's appointments.",
        "MS-11",
        schema_valid=True,
    ),
    "appointment_cached": Bug(
        "GET /appointments/get/{id} keeps answering as it did the first time; later changes do not show.",
        "MS-03",
        schema_valid=True,
    ),
    "missing_appointment_200": Bug(
        "GET /appointments/get/{id} of an unknown id is 200 with `data: null`.", "MS-28", schema_valid=False
    ),
    "reason_forgotten": Bug("POST /appointments/add does not store `reason`.", "MS-02", schema_valid=True),
    "date_not_required": Bug(
        "POST /appointments/add takes an appointment without a date and gives it the current time.",
        "MS-25",
        schema_valid=True,
    ),
    "unknown_patient_accepted": Bug(
        "POST /appointments/add makes an appointment with a patient that does not exist.",
        "MS-28",
        schema_valid=True,
    ),
    "page_overlap": Bug("Each page after the first begins one row too early.", "MS-16", schema_valid=True),
    "last_page_lost": Bug(
        "The number of pages is rounded down, and an incomplete last page is empty.",
        "MS-16",
        schema_valid=True,
    ),
    "unstable_ties": Bug(
        "Rows that were created at the same instant change places from one request of a list to the next.",
        "MS-16",
        schema_valid=True,
    ),
    "limit_unbounded": Bug("Lists take any `limit`, far above 100 too.", "MS-I02", schema_valid=True),
    "recordings_not_selected": Bug(
        "GET /recordings/{appointment_id} answers the recordings of all the doctor's appointments.",
        "MS-05",
        schema_valid=True,
    ),
    "deleted_recording_listed": Bug(
        "GET /recordings goes on listing a recording that was deleted.", "MS-06", schema_valid=True
    ),
    "delete_takes_transcription": Bug(
        "DELETE /recordings/{appointment_id} removes the transcription as well.", "MS-06", schema_valid=True
    ),
    "delete_nothing_succeeds": Bug(
        "DELETE /recordings/{appointment_id} is 204 where there is no recording.", "MS-28", schema_valid=True
    ),
    "foreign_recording_deleted": Bug(
        "DELETE /recordings/{appointment_id} removes another doctor's recording.", "MS-10", schema_valid=True
    ),
    "second_recording_replaces": Bug(
        "A second recording of an appointment replaces the first instead of being refused with 409.",
        "MS-29",
        schema_valid=True,
    ),
    "transcription_never_done": Bug(
        "An uploaded recording stays `transcribing` for ever, and its transcription never appears.",
        "MS-20",
        schema_valid=True,
    ),
    "finished_reopened": Bug(
        "PUT /transcriptions/update moves an appointment that was finished back to `processing`.",
        "MS-F41",
        schema_valid=True,
    ),
    "notes_doubled": Bug(
        "POST /notes/add on an appointment with notes adds a second set instead of changing the first.",
        "MS-07",
        schema_valid=True,
    ),
    "notes_update_lost": Bug(
        "POST /notes/add on an appointment with notes answers the new text, but keeps the old.",
        "MS-07",
        schema_valid=True,
    ),
    "notes_cut": Bug("Notes are cut after 1,000 characters without a word.", "MS-07", schema_valid=True),
    "notes_ascii": Bug(
        "Notes are stored in ASCII: every other character becomes a question mark.",
        "MS-07",
        schema_valid=True,
    ),
    "empty_summary_ignored": Bug(
        'POST /notes/add with `summary: ""` keeps the old summary.', "MS-F50", schema_valid=True
    ),
    "foreign_notes_written": Bug(
        "POST /notes/add writes into another doctor's appointment.", "MS-10", schema_valid=True
    ),
    "notes_without_token": Bug(
        "GET /notes/{appointment_id} is served without any token.", "MS-26", schema_valid=True
    ),
    "feedback_zero_lost": Bug(
        "PUT /notes/feedback with a score of 0 stores no score.", "MS-F55", schema_valid=True
    ),
    "signature_unchecked": Bug(
        "A JWT is accepted whatever its signature, so anybody can be any user.", "MS-26", schema_valid=True
    ),
    "readonly_deletes": Bug("A token that may only read may DELETE.", "MS-27", schema_valid=True),
    "limit_never_reached": Bug(
        "The rate limit is counted down to 0, but requests never get 429.", "MS-30", schema_valid=True
    ),
    "email_registered_twice": Bug(
        "POST /register takes an email address that has an account already.", "MS-29", schema_valid=True
    ),
    "birthday_not_compared": Bug(
        "A patient is refused as a duplicate when only the names are the same, and the birthday is another.",
        "MS-I14",
        schema_valid=True,
    ),
    "patient_update_wipes": Bug(
        "PUT /patients/{id} empties address, insurance and contact where they are not given.",
        "MS-F21",
        schema_valid=True,
    ),
    "document_error_shape": Bug(
        "A 404 under /documents has the body `{message}` instead of the common error.",
        "MS-15",
        schema_valid=False,
    ),
}
