"""The five operations of the document, each under the one lock (section 2)."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request

from contract_tests.peers.devsync.access import Caller, demand_write, identified, may_reach
from contract_tests.peers.devsync.answers import empty_answer, json_answer, list_item, readable_id
from contract_tests.peers.devsync.bodies import checked_create, checked_patch, read_object
from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.errors import Refusal
from contract_tests.peers.devsync.listing import page_of, read_query
from contract_tests.peers.devsync.record import RECORDS_PATH, Record, now, shown
from contract_tests.peers.devsync.store import Store
from contract_tests.peers.devsync.writing import changed, created

RACE_SECONDS = 0.05

View = Callable[..., Response]


class Server:
    """The operations over one store."""

    def __init__(self, store: Store, choices: Choices, bug: str | None) -> None:
        self._store = store
        self._choices = choices
        self._bug = bug
        self._lock = threading.Lock()

    def register(self, app: Flask) -> None:
        """Mount the operations (DS-12).

        Parameters: app, where.
        """
        one = f"{RECORDS_PATH}/<record_id>"
        for path, method, action, view in (
            (RECORDS_PATH, "GET", "list", self.list_records),
            (RECORDS_PATH, "POST", "create", self.create_record),
            (one, "GET", "read", self.read_record),
            (one, "PATCH", "patch", self.update_record),
            (one, "DELETE", "delete", self.delete_record),
        ):
            app.add_url_rule(
                path, action, self._guarded(action, view), methods=[method], provide_automatic_options=False
            )

    def _guarded(self, action: str, view: View) -> View:
        """The view behind the lock, with its caller (DS-33)."""

        def guarded(**path: str) -> Response:
            with self._lock:
                header = request.headers.get("Authorization")
                caller = identified(header, action, self._choices, self._bug)
                if action in ("create", "patch", "delete"):
                    demand_write(caller, action, self._bug)
                return view(caller, **path)

        return guarded

    def list_records(self, caller: Caller) -> Response:
        """Answer a page of records (DS-13).

        Parameters: caller, who.
        """
        query = read_query(request.args.to_dict(), self._choices, self._bug)
        everyone = self._store.listed()
        reachable = [record for record in everyone if may_reach(caller, record, self._choices)]
        records = everyone if self._bug == "list-of-everyone" else reachable
        page = page_of(records, everyone, query, self._choices, self._bug)
        page["data"] = [list_item(self._shown(record), self._bug) for record in page["data"]]
        return json_answer(page, HTTPStatus.OK)

    def read_record(self, caller: Caller, record_id: str) -> Response:
        """Answer one record (DS-22).

        Parameters: caller, who; record_id, which.
        """
        record = self._reached(caller, record_id, "read")
        if record is None:
            return json_answer({}, HTTPStatus.OK)
        if self._bug == "read-touches":
            record.updated_at = now(self._choices, self._bug)
        answer = json_answer(self._shown(record), HTTPStatus.OK)
        if self._bug == "read-as-html":
            answer.content_type = "text/html; charset=utf-8"
        return answer

    def create_record(self, caller: Caller) -> Response:
        """Create a record (DS-23).

        Parameters: caller, who.
        """
        fields = checked_create(self._body("create"), self._choices, self._bug)
        record = created(fields, caller, self._choices, self._bug)
        if not may_reach(caller, record, self._choices):
            raise Refusal(HTTPStatus.FORBIDDEN, "The record is another developer's.")
        existing = self._duplicate_of(record)
        if existing is not None:
            record = changed(
                existing, {"data": record.data, "status": record.status}, self._choices, self._bug
            )
        self._store.add(record)
        body = self._shown(record)
        if self._bug == "create-answer-lacks-times":
            del body["createdAt"], body["updatedAt"]
        answer = json_answer(body, HTTPStatus.OK if self._bug == "create-200" else HTTPStatus.CREATED)
        answer.location = f"{self._base()}{RECORDS_PATH}/{record.id}"
        return answer

    def _duplicate_of(self, record: Record) -> Record | None:
        """The record to overwrite: none, as a duplicate is refused (DS-40)."""
        existing = self._store.duplicate_of(record)
        if self._bug == "duplicate-race":
            self._lock.release()
            time.sleep(RACE_SECONDS)
            self._lock.acquire()
        if existing is None or self._bug == "duplicate-unchecked":
            return None
        if self._bug == "duplicate-overwrites":
            return existing
        status = HTTPStatus.BAD_REQUEST if self._bug == "duplicate-400" else HTTPStatus.CONFLICT
        raise Refusal(status, "A record with this developerId, resourceType and resourceKey exists.")

    def update_record(self, caller: Caller, record_id: str) -> Response:
        """Change a record (DS-27).

        Parameters: caller, who; record_id, which.
        """
        body = self._body("patch") if self._choices.lenient else None
        record = self._reached(caller, record_id, "patch")
        body = self._body("patch") if body is None else body
        if record is None:
            return json_answer({}, HTTPStatus.OK)
        if self._bug == "refused-patch-half-done" and isinstance(body.get("data"), dict):
            self._store.put(changed(record, {"data": body["data"]}, self._choices, self._bug))
        fields = checked_patch(body, self._choices, self._bug)
        after = changed(record, fields, self._choices, self._bug)
        lost = self._bug == "patch-status-not-saved"
        self._store.put(replace(after, status=record.status) if lost else after)
        return self._patch_answer(record, after, fields)

    def _patch_answer(self, before: Record, after: Record, fields: dict[str, Any]) -> Response:
        if self._bug == "patch-204":
            return empty_answer()
        body = self._shown(before if self._bug == "patch-answer-stale" else after)
        if self._bug == "patch-answer-partial":
            body = {name: field for name, field in body.items() if name == "id" or name in fields}
        return json_answer(body, HTTPStatus.OK)

    def delete_record(self, caller: Caller, record_id: str) -> Response:
        """Delete a record (DS-32).

        Parameters: caller, who; record_id, which.
        """
        record = self._reached(caller, record_id, "delete")
        if record is not None:
            self._store.delete(record)
            if self._bug == "delete-200":
                return json_answer({"deleted": True}, HTTPStatus.OK)
        return empty_answer()

    def _reached(self, caller: Caller, record_id: str, action: str) -> Record | None:
        """The record that a path names, if the caller may (DS-38, DS-39); only a bug finds None."""
        record = self._store.find(readable_id(record_id, self._choices), action)
        if record is None:
            if self._bug == f"unknown-{action}":
                return None
            raise Refusal(HTTPStatus.NOT_FOUND, "No such record.")
        if may_reach(caller, record, self._choices) or self._bug == f"foreign-{action}":
            return record
        if self._bug == "foreign-404":
            raise Refusal(HTTPStatus.NOT_FOUND, "No such record.")
        raise Refusal(HTTPStatus.FORBIDDEN, "The record is another developer's.")

    def _body(self, action: str) -> dict[str, Any]:
        if not self._choices.lenient and request.mimetype != "application/json":
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.")
        return read_object(request.get_data(), action, self._bug)

    def _shown(self, record: Record) -> dict[str, Any]:
        return shown(record, self._choices, self._base())

    def _base(self) -> str:
        return request.host_url.rstrip("/") if self._choices.extras else ""
