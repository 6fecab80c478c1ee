"""Downloads: the file as it was uploaded."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.operations import Operation
from contract_tests.records import address
from contract_tests.trials import Ground, Trial
from contract_tests.uploads import ask, fact_field, large, part_of, sample, stored, uploads


def downloads(contract: Contract) -> Iterable[Ground]:
    """Every download of what an operation uploads."""
    for operation in contract.operations:
        if operation.does == "download" and _upload(operation) is not None:
            yield Ground(operation)


def attachments(contract: Contract) -> Iterable[Ground]:
    """Those whose answer has a documented Content-Disposition."""
    for ground in downloads(contract):
        headers = (ground.operation.response(200) or {}).get("headers", {})
        for name, node in headers.items():
            if name.lower() == "content-disposition":
                yield Ground(ground.operation, "", (tuple(contract.ids_of(node)),))


def replacements(contract: Contract) -> Iterable[Ground]:
    """Every upload that takes the place of an earlier one."""
    return (Ground(operation) for operation in uploads(contract) if operation.does == "upsert")


def _upload(operation: Operation) -> Operation | None:
    return next((row for row in uploads(operation.contract) if row.resource == operation.resource), None)


def _source(trial: Trial) -> Operation:
    return _upload(trial.operation) or trial.skip("no operation uploads the file")


@law("download.bytes", "a download has the bytes of the upload", downloads, writes=True)
def check_bytes(trial: Trial) -> None:
    """A file with every byte."""
    file, record = large(_source(trial)), stored(trial, _source(trial))
    exchange = trial.send(trial.operation, address(trial.operation, record))
    trial.expect(exchange.status in trial.operation.success, f"{exchange}", 200, exchange.status)
    found = exchange.response.body
    trial.expect(
        found == file.content,
        f"{exchange} with other bytes",
        f"{len(file.content)} bytes",
        f"{len(found)} bytes",
    )


@law("download.media_type", "a download has the media type of its file", downloads, writes=True)
def check_media_type(trial: Trial) -> None:
    """The one that the file was sent with."""
    file, record = large(_source(trial)), stored(trial, _source(trial))
    exchange = trial.succeed(trial.send(trial.operation, address(trial.operation, record)))
    found = exchange.response.media_type
    fits = found == file.media_type or (found.replace("x-", "") == file.media_type.replace("x-", ""))
    trial.expect(fits, f"{exchange} as {found}", file.media_type, found)


@law(
    "download.attachment", "a download is an attachment with the name of the upload", attachments, writes=True
)
def check_attachment(trial: Trial) -> None:
    """The name stands in the header Content-Disposition."""
    file, record = large(_source(trial)), stored(trial, _source(trial))
    exchange = trial.succeed(trial.send(trial.operation, address(trial.operation, record)))
    header = exchange.response.headers.get("content-disposition", "")
    trial.expect(
        header.strip().lower().startswith("attachment"), f"{exchange} is no attachment", "attachment", header
    )
    if fact_field(_source(trial), "name"):
        trial.expect(
            file.name in unquote(header), f"{exchange} without the name of the file", file.name, header
        )


@law("upload.replaced", "a second upload takes the place of the first", replacements, writes=True)
def check_replaced(trial: Trial) -> None:
    """The same address again, with other bytes: one record is left, and it has them.

    The first file is downloaded too, so that an old copy of it would be noticed.
    """
    name, file = part_of(trial.operation)[0], sample(trial.operation)
    first = ask(trial)
    trial.succeed(first.exchange)
    for download in trial.contract.of(trial.resource, "download"):
        trial.send(download, address(download, first))
    other = replace(file, content=file.content + b"\n% another one\n")
    second = ask(trial, {name: other}, path=first.path)
    status = second.exchange.status
    trial.expect(
        200 <= status < 300, f"{second.exchange}: a file for a file that is there", "success", status
    )
    for listing in trial.contract.of(trial.resource, "list"):
        if {row.name for row in listing.within("path")} == set(first.path):
            items = Listing(trial.session, listing, "owner", first.path).fetch().items
            trial.expect(len(items) == 1, "there are two after a replacement", 1, len(items))
    for download in trial.contract.of(trial.resource, "download"):
        found = trial.send(download, address(download, first)).response.body
        trial.expect(
            found == other.content,
            "the file is not the second one",
            f"{len(other.content)} bytes",
            f"{len(found)} bytes",
        )
