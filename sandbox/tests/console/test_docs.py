"""Swagger UI: a call is made with the token that is already there."""

from sandbox.tests.console.conftest import Visit


def test_swagger_ui_calls_the_api_as_demo(visit: Visit) -> None:
    browser = visit.open("docs/devsync")
    browser.click("#operations-records-listRecords .opblock-summary-control")
    browser.click("#operations-records-listRecords .execute")
    browser.see("200", "#operations-records-listRecords .live-responses-table tbody .response-col_status")
    [entry] = visit.sandbox.world(visit.world).log(limit=1)
    assert entry["operation"] == "listRecords"
    assert (entry["persona"], entry["world"]) == ("demo", visit.world)
    assert not browser.complaints()


def test_swagger_ui_calls_as_another_persona(visit: Visit) -> None:
    browser = visit.open("docs/devsync")
    browser.click("#operations-records-listRecords .opblock-summary-control")
    browser.one("#persona").send_keys("readonly")
    browser.click("#operations-records-listRecords .execute")
    browser.see("200", "#operations-records-listRecords .live-responses-table tbody .response-col_status")
    [entry] = visit.sandbox.world(visit.world).log(limit=1)
    assert entry["persona"] == "readonly"
