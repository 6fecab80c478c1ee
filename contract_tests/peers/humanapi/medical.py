"""What a record of each medical type says besides its id, source, dates and organization (HA-21, HA-25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

When = datetime | None
Details = dict[str, Any]

PEOPLE = ["Zoë Ångström-Świątek", "Maxwell Forrest", "李小龍", "Σωκράτης Παπαδόπουλος", "Núria O'Brien"]
REMARKS = ["", "Naïve reaction – recheck in 2 weeks", "“quoted” <b>& escaped</b>", "Größe: 1,80 m 😀", None]
SNOMED, LOINC, RXNORM = (f"2.16.840.1.113883.6.{arc}" for arc in ("96", "1", "88"))


def code(system: str, number: str, name: str, inferred: bool | None = None) -> Details:
    """Return one code object.

    :param system: the OID of the code system
    :param number: the code in it
    :param name: what it stands for
    :param inferred: whether it was guessed from the name; None if not known
    """
    label = {SNOMED: "SNOMED CT", LOINC: "LOINC", RXNORM: "RxNorm"}[system]
    return {"code": number, "codeSystem": system, "codeSystemName": label, "inferred": inferred, "name": name}


def patient(rng: Random) -> Details:
    """Return the patient of a record, by name only."""
    return {"name": rng.choice(PEOPLE)}


def encounter(rng: Random, when: When) -> Details:
    """Return an encounter at the given moment."""
    return {
        "dateTime": when,
        "visitType": rng.choice(["Office Visit", "Télémédecine", "Notaufnahme"]),
        "patient": patient(rng),
        "patientInstruction": rng.choice(REMARKS),
        "provider": {"name": rng.choice(PEOPLE), "departmentName": "", "address": "Rue de l'Église 7"},
        "reasons": rng.choice([[], ["Cough"], ["Fièvre", "Cough"]]),
        "diagnoses": [{"name": "Acute sinusitis"}] if rng.random() < 0.5 else [],
        "medications": [{"name": "Ibuprofen", "canRefill": rng.random() < 0.5}] if rng.random() < 0.3 else [],
        "codes": [code(SNOMED, "185349003", "Encounter for check up", rng.choice([True, False, None]))],
    }


def test_result(rng: Random, when: When) -> Details:
    """Return a laboratory result that was known at the given moment."""
    value = rng.choice(["0", "5.4", "<0.1", "négatif"])
    return {
        "name": rng.choice(["Glucose", "Hämoglobin A1c", "Lipid panel"]),
        "status": rng.choice(["Final result", "completed"]),
        "resultDateTime": when,
        "orderedBy": rng.choice(PEOPLE),
        "components": [{"name": "Value", "value": value, "unit": "mmol/L", "low": "0", "high": "7.8"}],
        "recipients": [{"name": rng.choice(PEOPLE), "isPCP": rng.random() < 0.5}],
        "patient": patient(rng),
        "comments": rng.choice(REMARKS),
        "codes": [code(LOINC, "2345-7", "Glucose [Mass/volume]")],
    }


def vital(rng: Random, when: When) -> Details:
    """Return one measurement of vital signs."""
    value = rng.choice([0, 36.6, 98.25, 120])
    return {
        "name": "Vital signs",
        "dateTime": when,
        "author": rng.choice(PEOPLE),
        "results": [{"name": "Température", "unit": "Cel", "value": value, "codes": []}],
    }


def medication(rng: Random, when: When) -> Details:
    """Return a medication that was started at the given moment."""
    return {
        "name": rng.choice(["Ibuprofen", "Paracétamol", "Metformin"]),
        "instructions": rng.choice(REMARKS),
        "details": {"dosage": {"form": "tablet", "value": "1"}, "strength": {"number": "0.5", "unit": "g"}},
        "startDate": when,
        "endDate": when + timedelta(days=30) if when and rng.random() < 0.5 else None,
        "status": rng.choice(["Active", None]),
        "refillsTotal": rng.choice(["0", "3"]),
        "genericProductIndicator": rng.random() < 0.5,
        "provider": rng.choice(PEOPLE),
        "patient": patient(rng),
        "codes": [code(RXNORM, "5640", "Ibuprofen", False)],
    }


def allergy(rng: Random, when: When) -> Details:
    """Return an allergy that began at the given moment."""
    return {
        "name": rng.choice(["Erdnüsse", "Penicillin"]),
        "patient": patient(rng),
        "status": "Active",
        "severity": rng.choice(["Mild", None]),
        "allergen": {"name": "Peanut", "codes": []},
        "reactionsFull": [{"name": "Hives", "codes": []}],
        "dateRange": {"start": when} if when else None,
        "codes": [],
    }


def immunization(rng: Random, when: When) -> Details:
    """Return an immunization that was given at the moment and possibly a month later."""
    dates = [when, when + timedelta(days=30)][: rng.randint(1, 2)] if when else []
    return {"name": "Grippe (FSME)", "dates": dates, "patient": patient(rng), "codes": []}


def social_history(rng: Random, when: When) -> Details:
    """Return a social history with one entry."""
    return {"entries": [{"dateTime": when, "name": rng.choice(["Never smoker", "Café"]), "codes": []}]}


def demographics(rng: Random, when: When) -> Details:
    """Return the demographics of the patient; they have no date of an event."""
    return {
        "address": {"street": ["Straße 1", ""], "city": "Köln", "state": "", "zip": "01234", "country": "DE"},
        "dob": "05/20/1971",
        "gender": rng.choice(["Female", "Male"]),
        "language": None if when is None else "deu",
        "name": {"given": ["Zoë"], "family": "Ångström"},
    }


def dated(name: str, date_field: str, **others: Any) -> Callable[[Random, When], Details]:
    """Return the maker of a simple type: a name, one date and fixed values.

    :param name: the name that its records have
    :param date_field: the property with the date of the event
    :param others: further properties
    """

    def make(rng: Random, when: When) -> Details:
        return {"name": f"{name} {rng.randint(1, 9)}", date_field: when, "codes": [], **others}

    return make


TYPES: dict[str, Callable[[Random, When], Details]] = {
    "encounters": encounter,
    "test_results": test_result,
    "vitals": vital,
    "medications": medication,
    "issues": dated("Hypertonie – Stufe", "dateTime", status="Active"),
    "allergies": allergy,
    "ccds": dated("Summary", "dateTime", author="Núria O'Brien"),
    "demographics": demographics,
    "functional_statuses": dated("Ambulatory", "dateTime", status="Active"),
    "immunizations": immunization,
    "instructions": dated("Take it easy", "dateTime", text="Trinken Sie genügend Wasser."),
    "narratives": dated("History", "dateTime", author="李小龍", entries=[{"title": "HPI", "text": ""}]),
    "plans_of_care": dated("Follow-up", "date", type="Appointment", text="Dans 2 semaines"),
    "procedures": dated("Appendektomie", "dateTime", performer={"phone": "", "address": "Köln"}),
    "social_history": social_history,
}


def served_types(unusual: bool) -> list[str]:
    """Return the medical types that a variant has; the document names but the first two (HA-25).

    :param unusual: whether it is the unusual variant
    """
    return list(TYPES)[: 3 if unusual else None]
