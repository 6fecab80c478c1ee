"""The declarations: names and places that follow from them."""

from sandbox.tests.shop import make_api, read_shop


def test_prefix_is_the_name_before_the_documented_path() -> None:
    assert read_shop().prefix == "/shop/v1"


def test_table_is_named_by_api_and_resource() -> None:
    assert read_shop().resources["Item"].table == "shop_Item"


def test_instants_are_in_seconds_unless_the_dialect_says_otherwise() -> None:
    assert make_api().style == "seconds"
    assert make_api(**{"x-sandbox": {"timestamps": "milliseconds"}}).style == "milliseconds"


def test_document_without_words_answers_bare_records_and_problem_details() -> None:
    dialect = make_api().dialect
    assert dialect["envelopes"] == {"one": "$item", "many": "$items"}
    assert dialect["errors"]["media_type"] == "application/problem+json"
