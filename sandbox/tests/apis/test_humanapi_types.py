"""Human API: what was found elsewhere of its medical and wellness types, in literals."""

import re
from datetime import datetime

import httpx
import pytest

from .conftest import Personas
from .test_humanapi import ISSUES, STARFLEET, check_error, dig, get_all, read

COMMON = {"id", "source", "createdAt", "updatedAt"}
# Medical type: the date it is ordered by, and what its records have.
MEDICAL = {
    "allergies": ("dateRange.start", "name patient status codes allergen reactionsFull dateRange"),
    "ccds": ("dateTime", "dateTime author"),
    "demographics": ("createdAt", "name dob dobDateTime gender genderCodes address provider"),
    "encounters": ("dateTime", "dateTime visitType codes diagnoses medications orders patient provider"),
    "immunizations": ("dates.0", "name dates patient codes"),
    "issues": ("dateTime", "name patient codes"),
    "medications": ("startDate", "name productName startDate details provider patient codes"),
    "narratives": ("dateTime", "dateTime author entries"),
    "plans_of_care": ("date", "name text date type specialty provider codes"),
    "procedures": ("dateTime", "name dateTime performer codes specimenCodes deviceCodes"),
    "social_history": ("entries.0.dateTime", "entries"),
    "test_results": ("resultDateTime", "name status resultDateTime orderedBy components patient codes"),
    "vitals": ("dateTime", "dateTime author name results"),
}
# Point measurement: its name in the summary, its unit, and the values that a body can have.
POINTS = {
    "blood_glucose": ("bloodGlucose", "mg/dL", 40, 400),
    "blood_oxygen": ("bloodOxygen", "%", 80, 100),
    "blood_pressure": ("bloodPressure", "mmHg", 70, 220),
    "bmi": ("bmi", "kg/m2", 12, 60),
    "body_fat": ("bodyFat", "%", 3, 60),
    "heart_rate": ("heartRate", "bpm", 30, 220),
    "height": ("height", "cm", 100, 230),
    "weight": ("weight", "kg", 30, 250),
}
PERIODIC = ["activities", "sleeps", "locations"]
SUMMARIES = [f"/human/{name}/summaries" for name in PERIODIC]
WITH_IDS = {f"/human/medical/{name}": event for name, (event, _) in MEDICAL.items()}
WITH_DAYS = {f"/human/{name}/readings": "timestamp" for name in POINTS}
WITH_DAYS |= {f"/human/{name}": "startTime" for name in PERIODIC}
DATED = WITH_IDS | WITH_DAYS | dict.fromkeys([*SUMMARIES, "/human/heart_rate/summaries"], "date")


@pytest.mark.parametrize("path", DATED)
def test_list_is_newest_first_and_undated_last(humanapi: httpx.Client, path: str) -> None:
    records = get_all(humanapi, path)
    dates = [dig(record, DATED[path]) for record in records]
    assert dates == sorted(dates, reverse=True)
    assert ("" in dates) == (path == ISSUES)
    assert len(records) > 150
    for record in records:
        assert record.keys() >= COMMON
        datetime.strptime(record["createdAt"], "%Y-%m-%dT%H:%M:%S.000Z")
        assert dig(record, DATED[path]) <= record["createdAt"] <= record["updatedAt"]


@pytest.mark.parametrize("name", MEDICAL)
def test_medical_records_have_their_fields(humanapi: httpx.Client, name: str) -> None:
    organizations = {each["id"]: each["name"] for each in read(humanapi.get("/human/medical/organizations"))}
    records = get_all(humanapi, f"/human/medical/{name}")
    for record in records:
        assert record.keys() >= {"organization", *MEDICAL[name][1].split()}
        organization = record["organization"]
        assert organizations[organization["id"]] == organization["name"]
        for code in record.get("codes", []):
            assert code["name"]
            assert re.fullmatch(r"2\.16\.840\.1\.113883(\.\d+)+", code["codeSystem"])
    hrefs = {record[link]["href"] for record in records for link in ("organization", "ccd") if link in record}
    for href in sorted(hrefs)[:5] + sorted(hrefs)[-5:]:
        assert re.fullmatch("/medical/(organizations|ccds)/[0-9a-f]{24}", href)
        assert read(humanapi.get("/human" + href))["id"] == href.rpartition("/")[2]


@pytest.mark.parametrize("path", [*WITH_IDS, *WITH_DAYS, "/human/medical/organizations"])
def test_single_object_is_that_of_the_list(humanapi: httpx.Client, path: str) -> None:
    for record in read(humanapi.get(path, params={"limit": 3})):
        response = humanapi.get(f"{path}/{record['id']}")
        assert read(response) == record
        assert {"Link", "X-Total-Count"}.isdisjoint(response.headers)
    for key in ("5b60f9042e208223a3770000", "nobody", "0"):
        check_error(humanapi.get(f"{path}/{key}"), 404, "Not Found")


def test_components_of_test_results_agree_with_their_range(humanapi: httpx.Client) -> None:
    for result in get_all(humanapi, "/human/medical/test_results"):
        assert result["status"] in ("Final result", "completed")
        for component in result["components"]:
            low, value, high = (float(component[name]) for name in ("low", "value", "high"))
            assert component["refRange"] == f"{component['low']}-{component['high']}"
            assert ("componentComments" in component) == (not low <= value <= high)


def test_provider_is_an_object_or_a_text_by_type(humanapi: httpx.Client) -> None:
    for encounter in get_all(humanapi, "/human/medical/encounters"):
        assert sorted(encounter["provider"]) == ["address", "departmentName", "name"]
    for medication in get_all(humanapi, "/human/medical/medications"):
        assert isinstance(medication["provider"], str)


def test_optional_fields_are_left_out_of_some_records(humanapi: httpx.Client) -> None:
    for name, field in (("allergies", "severity"), ("issues", "status"), ("vitals", "ccd")):
        records = get_all(humanapi, f"/human/medical/{name}")
        assert 0 < len([record for record in records if field in record]) < len(records)
        assert [record for record in records if record.get(field, "") is None] == []


def test_medical_profile_is_one_object(humanapi: httpx.Client) -> None:
    profile = read(humanapi.get("/human/medical/profile"))
    assert profile["demographics"]["name"] == {"given": ["Maxwell"], "family": "Forrest"}
    assert profile["alcohol"]["use"]
    assert profile["smoking"]["status"]


def test_profile_and_sources_are_those_of_the_user(humanapi: httpx.Client) -> None:
    profile, human = read(humanapi.get("/human/profile")), read(humanapi.get("/human"))
    assert (profile["userId"], profile["humanId"]) == (human["userId"], human["humanId"])
    assert "@" in profile["email"]
    sources = {each["sourceName"]: each for each in read(humanapi.get("/human/sources"))}
    assert {"Starfleet Medical", "Cleveland Clinic", "Starfleet Pharma"} <= sources.keys()
    assert sources["Starfleet Medical"]["source"] == STARFLEET
    for source in sources.values():
        assert source.keys() >= {"id", "source", "connectedSince", "historySync", "syncStatus"}
        assert source["syncStatus"]["status"] in ("ok", "inProgress")


@pytest.mark.parametrize("name", POINTS)
def test_latest_reading_is_the_first_of_the_list(humanapi: httpx.Client, name: str) -> None:
    readings, latest = get_all(humanapi, f"/human/{name}/readings"), read(humanapi.get(f"/human/{name}"))
    short, unit, least, most = POINTS[name]
    summary = read(humanapi.get("/human"))[short]
    assert latest == readings[0]
    assert sorted(summary) == ["id", "source", "timestamp", "unit", "value"]
    assert summary.items() <= latest.items()
    for reading in readings:
        assert (reading["unit"], least <= reading["value"] <= most) == (unit, True)
        assert re.fullmatch(r"[+-]\d\d:\d\d", reading["tzOffset"])


@pytest.mark.parametrize("path", WITH_DAYS)
def test_day_has_the_records_of_that_day(humanapi: httpx.Client, path: str) -> None:
    every, field = get_all(humanapi, path), WITH_DAYS[path]
    day = every[0][field][:10]
    assert get_all(humanapi, f"{path}/daily/{day}") == [each for each in every if each[field][:10] == day]
    assert get_all(humanapi, f"{path}/daily/1999-12-31") == []
    check_error(humanapi.get(f"{path}/daily/today"), 400, "Bad Request")


def test_activity_ends_after_it_starts(humanapi: httpx.Client) -> None:
    for activity in get_all(humanapi, "/human/activities"):
        start, end = (datetime.fromisoformat(activity[name]) for name in ("startTime", "endTime"))
        assert 0 < activity["duration"] <= (end - start).total_seconds()
        assert activity["type"]


@pytest.mark.parametrize("path", SUMMARIES)
def test_summary_of_a_day_is_one_of_the_list(humanapi: httpx.Client, path: str) -> None:
    every = get_all(humanapi, path)
    for summary in every[:3]:
        found = read(humanapi.get(f"{path}/{summary['date']}"))
        assert found in every
        assert found["date"] == summary["date"]
    check_error(humanapi.get(f"{path}/1999-12-31"), 404, "Not Found")


def test_summary_has_the_latest_day_and_nothing_unknown(humanapi: httpx.Client, personas: Personas) -> None:
    human = read(humanapi.get("/human"))
    for name, path in (("activitySummary", SUMMARIES[0]), ("sleepSummary", SUMMARIES[1])):
        assert human[name]["date"] == get_all(humanapi, path)[0]["date"]
    assert {"steps", "calories", "distance", "duration"} <= human["activitySummary"].keys()
    assert read(personas("peer", "humanapi").get("/human"))["bloodGlucose"] == {}


def test_heart_rate_summaries_have_zones(humanapi: httpx.Client) -> None:
    for summary in get_all(humanapi, "/human/heart_rate/summaries"):
        assert summary["minHR"] <= summary["restingHR"] <= summary["averageHR"] <= summary["maxHR"]
        for zone in summary["zones"]:
            assert zone.keys() >= {"name", "min", "max", "duration", "caloriesBurned"}
