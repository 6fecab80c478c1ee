"""Orders that hold without being asked for, and orders that there are none."""

from contract_tests.laws import law
from contract_tests.orders import directed, fields_of, ordered, scene, sorted_lists, values, words_of
from contract_tests.relations import is_ordered
from contract_tests.trials import Trial


@law("sort.default_direction", "without a direction the documented default holds", directed, shared=True)
def check_default_direction(trial: Trial) -> None:
    """Each field without the parameter of the direction."""
    parameter = trial.operation.parameter(trial.subject)
    default = parameter.schema.get("default") if parameter else None
    if default is None:
        trial.skip("the document names no default")
    for name in fields_of(trial.operation):
        listing = trial.listing()
        query = {words_of(trial.operation)["parameter"]: name}
        found = values(trial, listing.everything(query), name)
        if is_ordered(found, descending=True) != is_ordered(found, descending=False):
            trial.expect(
                is_ordered(found, descending=default == "desc"),
                f"{query}: the order is not {default}",
                default,
                found[:40],
            )


@law("sort.default_field", "without a field the documented default holds", sorted_lists, shared=True)
def check_default_field(trial: Trial) -> None:
    """The list without sorting, in the order of the default of the parameter."""
    words = words_of(trial.operation)
    parameter = trial.operation.parameter(words["parameter"])
    default = parameter.schema.get("default") if parameter else None
    if default is None:
        trial.skip("the document names no default")
    prefix = words.get("descending") or "\0"
    descending = str(default).startswith(prefix)
    if "direction" in words:
        direction = trial.operation.parameter(words["direction"])
        descending = bool(direction and direction.schema.get("default") == "desc")
    name = str(default).removeprefix(prefix)
    listing, records = scene(trial, name)
    found = values(trial, records, name)
    trial.expect(
        is_ordered(found, descending=descending),
        f"without sorting the list is not ordered by {default}",
        default,
        found[:40],
    )
    if "direction" in words:
        other = values(trial, listing.everything({words["direction"]: "asc" if descending else "desc"}), name)
        trial.expect(
            is_ordered(other, descending=not descending),
            f"the direction alone does not turn the order by {name}",
            default,
            other[:40],
        )


@law("sort.bad_field", "sorting by a field that cannot be sorted by is refused", sorted_lists)
def check_bad_field(trial: Trial) -> None:
    """A name that is no field."""
    listing = trial.listing()
    query = {**listing.fence, words_of(trial.operation)["parameter"]: "no_such_field"}
    trial.expect_kind(trial.send(trial.operation, dict(listing.path), query=query), "invalid")


@law("sort.bad_direction", "a direction that is neither asc nor desc is refused", directed)
def check_bad_direction(trial: Trial) -> None:
    """A word that is no direction."""
    listing = trial.listing()
    trial.expect_kind(
        trial.send(trial.operation, dict(listing.path), query={**listing.fence, trial.subject: "sideways"}),
        "invalid",
    )


@law("sort.order", "without sorting a list has the documented order", ordered, shared=True)
def check_order(trial: Trial) -> None:
    """All records by the first field of the resource's order."""
    first = str(trial.resource.words["order"][0])
    name = first.removeprefix("-")
    _, records = scene(trial, name)
    found = values(trial, records, name)
    trial.expect(
        is_ordered(found, descending=first.startswith("-")),
        f"the list is not ordered by {first}",
        first,
        found[:40],
    )


@law("sort.repeatable", "the same request gives the same order again", ordered, shared=True)
def check_repeatable(trial: Trial) -> None:
    """The whole list, twice."""
    listing = trial.listing()
    keys = listing.keys(listing.everything())
    if len(keys) < 2:
        trial.skip("fewer than two records")
    again = listing.keys(listing.everything(afresh=True))
    trial.expect(keys == again, "the same request gives another order", keys, again)
