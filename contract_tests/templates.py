"""Templates of the vocabulary, read back: which value of an answer stands for which $name."""

from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass
class Reading:
    """What a template found in a value: the values of its names, and where the value is not as it says."""

    values: dict[str, Json] = field(default_factory=dict)
    mismatches: list[str] = field(default_factory=list)


def read(template: Json, value: Json) -> Reading:
    """Read the value by the template. The template is contained in the value: more keys are allowed.

    A key of the template that ends in `?` may be absent from the value.
    """
    reading = Reading()
    _read(template, value, "", reading)
    return reading


def _read(template: Json, value: Json, pointer: str, reading: Reading) -> None:
    if isinstance(template, str) and template.startswith("$"):
        reading.values[template[1:]] = value
    elif isinstance(template, dict):
        _read_object(template, value, pointer, reading)
    elif isinstance(template, list):
        if not isinstance(value, list):
            reading.mismatches.append(f"{pointer or '/'} is {_show(value)}, not an array")
    elif template != value or isinstance(template, bool) != isinstance(value, bool):
        reading.mismatches.append(f"{pointer or '/'} is {_show(value)}, not {_show(template)}")


def _read_object(template: dict[str, Json], value: Json, pointer: str, reading: Reading) -> None:
    if not isinstance(value, dict):
        reading.mismatches.append(f"{pointer or '/'} is {_show(value)}, not an object")
        return
    for key, part in template.items():
        name = key.removesuffix("?")
        if name in value:
            _read(part, value[name], f"{pointer}/{name}", reading)
        elif not key.endswith("?"):
            reading.mismatches.append(f"{pointer}/{name} is missing")


def _show(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
