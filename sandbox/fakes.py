"""Values of demo data: made by what a property's schema and its `x-sandbox` say."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from .clock import read_instant, write_instant
from .filters import dig
from .keys import make_key
from .schemas import Json

OLDEST = 700  # days before the anchor
CHOICES = {"allOf", "oneOf", "anyOf"}


class Faking:
    """Makes values from one source of randomness.

    anchor: the instant that nothing lies after; style: of instants; pick: a row of a catalog;
    choose: a record of a resource. The last two are given by whoever knows the fixtures and records.
    """

    def __init__(
        self,
        source: random.Random,
        anchor: datetime,
        style: str,
        pick: Callable[[str], Any],
        choose: Callable[[str], Json | None],
    ) -> None:
        self._random = source
        self._anchor = anchor
        self._style = style
        self._pick = pick
        self._choose = choose
        from faker import Faker  # not needed where the demo data is remembered

        faker: Any = Faker("en_US")
        faker.random = source
        self._faker = faker

    def fill(
        self, schema: Json, record: Json, references: Mapping[str, Callable[[], Any]], later: set[str]
    ) -> None:
        """Give the record every property that it lacks; a `form` last, for it reads its siblings.

        references: what makes the value of a property that refers; later: properties that are left
        out unless they say how they are faked.
        """
        forms = []
        for name, part in schema.get("properties", {}).items():
            words = part.get("x-sandbox", {})
            if name in record or "first_of" in words or (name in later and "fake" not in words):
                continue
            if self._random.random() >= words.get("share", 1):
                if name in schema.get("required", ()):
                    record[name] = None
            elif "form" in words:
                forms.append((name, words["form"]))
            else:
                record[name] = references[name]() if name in references else self.make(part, record)
        for name, form in forms:
            record[name] = form.format_map(record)

    def make(self, schema: Json, record: Json) -> Any:
        """A value of the schema. record: the siblings that are there already."""
        words = schema.get("x-sandbox", {})
        if "fake" in words:
            return self._fake(words["fake"], record)
        if "pick" in words:
            return self._pick_rows(words["pick"])
        if "refers" in words:
            return self._copy(schema, words["refers"])
        if "enum" in schema:
            return self._random.choice([value for value in schema["enum"] if value is not None])
        if CHOICES & schema.keys():
            return self._compose(schema, record)
        maker = FORMATS.get(schema.get("format", "")) or TYPES.get(schema.get("type", "object"))
        return maker(self, schema) if maker else None

    def _compose(self, schema: Json, record: Json) -> Any:
        if "allOf" not in schema:
            return self.make((schema.get("oneOf") or schema["anyOf"])[0], record)
        made = [self.make(part, record) for part in schema["allOf"]]
        return {key: part[key] for part in made for key in part} if isinstance(made[0], dict) else made[0]

    def _pick_rows(self, catalogs: str | list[str]) -> Any:
        if isinstance(catalogs, str):
            return self._pick(catalogs)
        return {key: value for catalog in catalogs for key, value in self._pick(catalog).items()}

    def _fake(self, words: str | Json, record: Json) -> Any:
        if isinstance(words, str):
            return self._faker.parse(words) if "{{" in words else getattr(self._faker, words)()
        [(name, arguments)] = words.items()
        if name == "after":
            return self._fake_after(record, **arguments)
        own = OURS.get(name)
        return own(self, **arguments) if own else getattr(self._faker, name)(**arguments)

    def _copy(self, schema: Json, resource: str) -> Json | None:
        source = self._choose(resource)
        if source is None:
            return None
        copied = {name: source[name] for name in schema.get("properties", {}) if name in source}
        self.fill(schema, copied, {}, set())
        return copied

    def past(self, days: list[int] | tuple[int, int] = (1, OLDEST)) -> datetime:
        """An instant that many days before the anchor, on a quarter hour between 8 and 18."""
        minutes = 15 * self._random.randrange(8 * 4, 18 * 4)
        return self._anchor - timedelta(self._random.randint(*days)) + timedelta(minutes=minutes)

    def between(self, start: datetime, end: datetime) -> datetime:
        """An instant from start to end, in whole seconds."""
        span = max(0, int((end - start).total_seconds()))
        return start + timedelta(seconds=self._random.randint(0, span))

    def write(self, instant: datetime) -> str:
        """The text of an instant."""
        return write_instant(instant, self._style)

    def _fake_past(self, days: list[int]) -> str:
        return self.write(self.past(days))

    def _fake_day(self, days: list[int]) -> str:
        return self.past(days).date().isoformat()

    def _fake_after(self, record: Json, field: str, **span: list[int]) -> str | None:
        start = dig(record, field)
        if start is None:
            return None
        [(unit, bounds)] = span.items()
        least, most = (int(timedelta(**{unit: bound}).total_seconds()) for bound in bounds)
        instant = read_instant(start) + timedelta(seconds=self._random.randint(least, most))
        latest = min(instant, max(self._anchor, read_instant(start)))
        return latest.date().isoformat() if len(start) == len("2026-01-01") else self.write(latest)

    def _fake_number(self, min: float, max: float, digits: int = 0) -> float | int:
        return round(self._random.uniform(min, max), digits or None)

    def _make_object(self, schema: Json) -> Json:
        made: Json = {}
        self.fill(schema, made, {}, set())
        return made

    def _make_array(self, schema: Json) -> list[Any]:
        least, most = schema.get("x-sandbox", {}).get("count", (1, 3))
        return [self.make(schema.get("items", {}), {}) for _ in range(self._random.randint(least, most))]

    def _make_integer(self, schema: Json) -> int:
        return self._random.randint(*_find_bounds(schema))

    def _make_number(self, schema: Json) -> float:
        return round(self._random.uniform(*_find_bounds(schema)), 1)

    def _make_boolean(self, _schema: Json) -> bool:
        return self._random.random() < 0.5

    def _make_string(self, schema: Json) -> str:
        text = str(self._faker.sentence(4)).rstrip(".")
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]

    def _make_instant(self, _schema: Json) -> str:
        return self.write(self.past())

    def _make_date(self, _schema: Json) -> str:
        return self.past().date().isoformat()

    def _make_uuid(self, _schema: Json) -> str:
        return make_key("uuid", self._random)

    def _make_email(self, _schema: Json) -> str:
        return str(self._faker.safe_email())

    def _make_uri(self, _schema: Json) -> str:
        return f"https://example.com/{self._faker.slug()}"


def _find_bounds(schema: Json) -> tuple[int, int]:
    least = schema.get("minimum", min(0, schema.get("maximum", 0)))
    return least, schema.get("maximum", 1000 if least <= 1000 else 2 * least)


FORMATS: dict[str, Callable[[Faking, Json], Any]] = {
    "date-time": Faking._make_instant,
    "date": Faking._make_date,
    "uuid": Faking._make_uuid,
    "email": Faking._make_email,
    "uri": Faking._make_uri,
}
TYPES: dict[str, Callable[[Faking, Json], Any]] = {
    "boolean": Faking._make_boolean,
    "integer": Faking._make_integer,
    "number": Faking._make_number,
    "array": Faking._make_array,
    "object": Faking._make_object,
    "string": Faking._make_string,
}
OURS: dict[str, Callable[..., Any]] = {
    "past": Faking._fake_past,
    "day": Faking._fake_day,
    "number": Faking._fake_number,
}
