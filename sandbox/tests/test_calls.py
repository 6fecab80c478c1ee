"""A call: the request after its admission, and what it knows of its surroundings."""

from sandbox.access import Caller
from sandbox.filters import Condition
from sandbox.tests.shop import NEW_ITEM, Shop, load_document


def test_call_knows_its_resource_and_the_time_of_its_world(shop: Shop) -> None:
    shop.seconds = 1.5
    call = shop.call("showItem", id="x")
    assert call.resource is shop.resource("Item")
    assert call.instant() == "2026-03-10T12:00:01Z"
    assert call.api is shop.api
    assert call.world == ""


def test_time_of_another_world_is_its_own(shop: Shop) -> None:
    call = shop.call("showItem", id="x")
    call.caller = Caller(call.caller.persona, "job")
    call.service.clocks.drive("job", 0.0)
    assert call.instant() == "1970-01-01T00:00:00Z"


def test_conditions_are_those_of_the_parameters_that_are_given(shop: Shop) -> None:
    call = shop.call("listItems", state="sold", max_price=5, page=2)
    assert call.conditions() == [Condition(("state",), "eq", "sold"), Condition(("price",), "lte", 5)]


def test_condition_of_the_operation_always_holds() -> None:
    document = load_document()
    document["paths"]["/items"]["get"]["x-sandbox"]["where"] = {"state": "draft"}
    shop = Shop(document=document)
    assert shop.call("listItems", max_price=5).conditions()[0] == Condition(("state",), "eq", "draft")
    shop.one("createItem", NEW_ITEM)
    assert {record["state"] for record in shop.many()} == {"draft"}
    assert shop.act("listItems").values["total"] == len(shop.many()) < 25
    shop.store.close()
