"""Drafts: from a request to the record that it asks for."""

from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

from .calls import Call
from .clock import write_instant
from .effects import set_path
from .files import FACTS
from .filters import dig
from .problems import Fault, Problem
from .reads import is_visible, resource_rule, suggest_keys
from .schemas import Json, show

SHAPING = {"into", "sets", "fills"}  # words of an operation that change more than what is given


def read_fields(call: Call) -> Json:
    """The fields of the body that the operation knows and the client may set.

    With `--validation warn` also those that it does not know, and nothing else sets.
    """
    value = call.body.value if isinstance(call.body.value, dict) else {}
    known: frozenset[str] | set[str] = call.operation.settable
    if call.violations:
        unknown = {fault.field for fault in call.violations if fault.rule[-1:] == ("additionalProperties",)}
        known = known | (unknown - call.resource.properties.keys())
    return {name: value[name] for name in value if name in known}


def read_facts(call: Call) -> Json:
    """What the uploaded files say of themselves."""
    facts: Json = {}
    properties = call.operation.fields
    for part, file in call.body.files.items():
        wanted = properties.get(part, {}).get("x-sandbox", {}).get("file", {}).get("facts", {})
        facts |= {name: FACTS[fact](file) for name, fact in wanted.items()}
    return facts


def read_changes(call: Call, before: Json) -> Json:
    """What an update changes: the given fields, what files say, what the operation sets and fills."""
    words, given = call.operation.words, read_fields(call)
    if call.body.files:
        given = read_facts(call) | given
    if not words.keys() & SHAPING:
        return given
    if "into" in words:
        given = {words["into"]: {**(before.get(words["into"]) or {}), **given}}
    draft = {**before, **given}
    for path, value in words.get("sets", {}).items():
        set_path(draft, path, value)
    given |= {path.split(".")[0]: draft[path.split(".")[0]] for path in words.get("sets", {})}
    return given | call.service.worlds.fake(call.resource, draft, tuple(words.get("fills", ())))


def complete(call: Call, given: Json) -> Json:
    """The given fields, with the defaults of the request, the facts of files and parameters beneath them."""
    record = call.operation.defaults | (read_facts(call) if call.body.files else {})
    record |= {field: call.parameters[name] for name, field in call.operation.setting}
    return record | given


def derive(call: Call, record: Json) -> None:
    """What a new record has where the client gave nothing: a time to come, a text of other fields, null."""
    for name, part in call.resource.derived.items():
        words = part.get("x-sandbox", {})
        if name in record:
            continue
        if "later" in words:
            instant = call.clock.now() + timedelta(**words["later"])
            day = part.get("format") == "date"
            record[name] = instant.date().isoformat() if day else write_instant(instant, call.api.style)
        elif "form" in words:
            with suppress(KeyError):
                record[name] = words["form"].format_map(record)
        elif "default" in part:
            record[name] = part["default"]
        elif part.get("nullable") and name in call.resource.schema.get("required", ()):
            record[name] = None


def renew_forms(call: Call, before: Json, record: Json) -> Json:
    """The texts that were made of other fields, made of them again."""
    forms = {
        name: part["x-sandbox"]["form"]
        for name, part in call.resource.properties.items()
        if "form" in part.get("x-sandbox", {}) and before.get(name) == record.get(name)
    }
    old, new = defaultdict(str, before), defaultdict(str, record)
    made = {name: form for name, form in forms.items() if before.get(name) == form.format_map(old)}
    return {name: form.format_map(new) for name, form in made.items()}


def find_owner(call: Call, record: Json) -> str | None:
    """Who owns a new record. Raises Problem foreign when it names somebody else."""
    resource, persona = call.resource, call.caller.persona
    if not resource.owner:
        return persona.owner
    owner = record.setdefault(resource.owner, persona.owner)
    if persona.owners and owner not in persona.owners:
        message = f"{resource.owner} {owner} is not yours; this credential may write for {persona.owner}"
        place = f"/{resource.owner}"
        clue = Fault(
            "body",
            place,
            "",
            (),
            owner,
            persona.owner,
            "the credential's own",
        )
        raise Problem("foreign", message, clues=[clue])
    return owner if owner is None or isinstance(owner, str) else show(owner)


def check_references(call: Call, record: Json) -> None:
    """Every record that is named exists for the caller. Raises Problem of the declared kind."""
    for reference in call.resource.references:
        value = dig(record, reference.field)
        for key in value if isinstance(value, list) else [value]:
            row = call.store.get(call.api.resources[reference.resource], call.world, str(key))
            if key is None or (row is not None and is_visible(call, row)):
                continue
            fault = Fault(
                "body",
                f"/{reference.field.replace('.', '/')}",
                f"there is no {reference.resource} {key}",
                resource_rule(call.resource, "references", reference.field),
                key,
                suggest_keys(call, call.api.resources[reference.resource], str(key)),
                f"the key of a {reference.resource}",
            )
            faults = [fault] if reference.absent == "invalid" else ()
            raise Problem(reference.absent, str(fault), faults, clues=() if faults else [fault])
