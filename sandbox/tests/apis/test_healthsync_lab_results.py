"""HealthSync: laboratory results (HS-F06 to HS-F13), in literals."""

import re

import httpx
import pytest

from .test_healthsync import TEXT, check_error, check_invalid, check_resource, get_all, read_one

LAB_RESULT = dict.fromkeys(["test_name", "test_type", "date_performed", "ordering_physician"], TEXT)
LAB_RESULT |= {"lab_facility": TEXT, "results": (list,), "ai_summary": (dict,)}
PATH = "/records/lab-results"


def test_laboratory_result_of_the_example_exists(healthsync: httpx.Client) -> None:
    result = read_one(healthsync.get(f"{PATH}/lab_12345"))
    check_resource(result, "lab_result", "lab_12345", LAB_RESULT)
    assert (result["id"], result["relationships"]) == (
        "lab_12345",
        {"user": {"data": {"id": "user_123", "type": "user"}}},
    )
    assert result in get_all(healthsync, PATH)


def is_normal(value: str, usual: str) -> bool:
    """Whether a number lies in its reference range, or a finding is the usual one."""
    try:
        number = float(value)
    except ValueError:
        return value == usual
    bounds = re.fullmatch(r"([<>])?(-?[\d.]+?)(?:-([\d.]+))?", usual)
    assert bounds, usual
    sign, low, high = bounds[1], float(bounds[2]), float(bounds[3] or bounds[2])
    return number < low if sign == "<" else number > low if sign == ">" else low <= number <= high


def test_flags_and_summaries_agree_with_the_values(healthsync: httpx.Client) -> None:
    flags, types = set(), set()
    for result in get_all(healthsync, PATH):
        attributes = check_resource(result, "lab_result", "lab_", LAB_RESULT)
        parts, summary = attributes["results"], attributes["ai_summary"]
        assert {tuple(part) for part in parts} == {("component", "value", "unit", "reference_range", "flag")}
        for part in parts:
            assert is_normal(part["value"], part["reference_range"]) == (part["flag"] == "normal"), part
        abnormal = [part["component"] for part in parts if part["flag"] != "normal"]
        assert summary == summary | {"abnormal_values": abnormal}
        assert summary["key_findings"]
        assert 0 <= summary["confidence_score"] <= 1
        flags |= {part["flag"] for part in parts}
        types.add(attributes["test_type"])
    assert flags == {"normal", "high", "low", "critical"}
    assert types == {"blood", "urine", "imaging", "pathology", "other"}


@pytest.mark.parametrize("kind", ["blood", "urine", "imaging", "pathology", "other"])
def test_laboratory_results_are_filtered(healthsync: httpx.Client, kind: str) -> None:
    everything = get_all(healthsync, PATH, test_type=kind)
    assert {item["attributes"]["test_type"] for item in everything} == {kind}
    days = sorted(item["attributes"]["date_performed"] for item in everything)
    low, high = days[len(days) // 3], days[len(days) * 2 // 3]
    found = get_all(healthsync, PATH, test_type=kind, date_from=low, date_to=high)
    assert found == [item for item in everything if low <= item["attributes"]["date_performed"] <= high]
    assert found


@pytest.mark.parametrize(("order_by", "name"), [("date", "date_performed"), ("test_name", "test_name")])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_laboratory_results_are_sorted(
    healthsync: httpx.Client, order_by: str, name: str, order: str
) -> None:
    items = get_all(healthsync, PATH, order_by=order_by, order=order)
    values = [item["attributes"][name] for item in items]
    assert values == sorted(values, reverse=order == "desc")
    assert values[0] != values[-1]


def test_the_list_is_no_document(healthsync: httpx.Client) -> None:
    assert healthsync.get(PATH).json().keys() == {"data", "meta", "links"}
    for path in (f"{PATH}/lab_nowhere", f"{PATH}/record_123", "/records/lab_12345"):
        check_error(healthsync.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "test_type": ["Blood", "x", ""],
        "order_by": ["date_performed", "-date", ""],
        "order": ["up", "DESC", ""],
        "date_from": ["2024-1-1", "2024-02-30"],
        "date_to": ["yesterday"],
        "per_page": ["0", "101"],
    }.items(),
)
def test_wrong_query_is_refused(healthsync: httpx.Client, name: str, values: list[str]) -> None:
    for value in values:
        check_invalid(healthsync.get(PATH, params={name: value}), name)
