"""Changes of our own records: valid bodies of updates, and how they are sent."""

from typing import Any

from contract_tests.drafts import marks
from contract_tests.fields import body_fields, permitted
from contract_tests.records import Record, address
from contract_tests.relations import same
from contract_tests.samples import plain
from contract_tests.trials import Trial

Json = Any


def new_value(trial: Trial, record: Record, name: str) -> Json:
    """A plain value of the field that the record does not have yet."""
    node = dict(body_fields(trial.operation))[name]
    for value in [
        *permitted(node),
        plain(trial.contract.root, node, trial.session.name()),
        *_others(node, trial),
    ]:
        if value is not None and not same(value, record.fields.get(name)):
            return value
    return trial.skip(f"there is no other value of {name}")


def _others(node: dict[str, Json], trial: Trial) -> list[Json]:
    match node.get("type"), node.get("format"):
        case "string", "date":
            return ["1987-06-05", "1988-07-06"]
        case "string", "date-time":
            return ["2031-06-05T10:30:00Z", "2032-07-06T11:45:00Z"]
        case "string", None:
            return [trial.session.name()]
        case (("integer" | "number"), _):
            return [17, 2, 3]
    return []


def amend(trial: Trial, record: Record, body: Json, **options: Any) -> Any:
    """Send an update of the record."""
    exchange = trial.send(trial.operation, address(trial.operation, record), body=body, **options)
    trial.session.clock.sleep(trial.session.settle)
    return exchange


def valid_body(trial: Trial, record: Record, name: str) -> dict[str, Json]:
    """A body that changes the field; required fields of the update go with it."""
    required = (trial.operation.body[1] if trial.operation.body else {}).get("required", ())
    return {key: new_value(trial, record, key) for key in dict.fromkeys((*required, name))}


def full(trial: Trial) -> Record:
    """A new record with a value in every field that a creation takes."""
    creation = trial.maker.creation(trial.resource)
    values = {}
    for name, node in body_fields(creation):
        if name not in trial.resource.words.get("references", {}):
            special = [value for value in permitted(node) if value not in (None, False, {})]
            values[name] = special[-1] if special else plain(trial.contract.root, node, trial.session.name())
    marked = marks(creation)
    return trial.make(**{name: value for name, value in values.items() if name not in marked})
