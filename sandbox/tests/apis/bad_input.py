"""The table of bad input: what is sent, and what must come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

LISTS = {"devsync": "/records", "yourcompany": "/projects", "humanapi": "/human/medical/encounters"}


@dataclass(frozen=True)
class Case:
    """A request and its answer: one of the statuses, and an error that matches each text of `says`.

    lenient: a success is as good as a refusal.
    """

    name: str
    api: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (400,)
    says: tuple[str, ...] = ()
    lenient: bool = False

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


def named(api: str, name: str) -> str:
    """How an error names the field at fault: yourcompany has a property for it."""
    return f'"field": ?"{name}"' if api == "yourcompany" else name


JSON_TYPE = {"Content-Type": "application/json"}
# @ is a value in an object of free form.
BODIES = {
    "devsync": b'{"developerId": "dev-1", "resourceType": "T", "resourceKey": "k", "data": {"v": @}}',
    "yourcompany": b'{"name": "New", "settings": {"visibility": "private", "v": @}}',
}
UNREADABLE_BODIES = {
    "empty": b"",
    "blank": b" \r\n",
    "truncated": b'{"data": {"v": tr',
    "truncated text": b'{"data": "v',
    "UTF-16": '{"data": {}}'.encode("utf-16"),
    "NUL at the end": b'{"data": {}}\0',
    "twice": b'{"data": {}}{"data": {}}',
}
UNREADABLE_VALUES = {
    "not UTF-8": b'"\xff\xfe"',
    "overlong UTF-8": b'"\xc0\x80"',
    "raw NUL in a text": b'"a\0b"',
    "raw NUL": b"1 \0",
    "300 arrays deep": b"[" * 300 + b"]" * 300,
    "10,000 arrays deep": b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "1e400": b"1e400",
    "-1e400": b"-1e400",
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "trailing comma": b"[1,]",
    "half an escape": b'"\\u12"',
}
LENIENT_VALUES = {
    "duplicate keys": b'1, "v": 2',
    "half a surrogate pair": b'"\\ud800"',
    "40 digits": b"9" * 40,
    "1e-400": b"1e-400",
}
INVALID = [
    ("devsync", b'{"developerId": 5}', ("developerId", "resourceKey", "body", "string", "required|missing")),
    ("yourcompany", b'{"name": 5, "settings": []}', ("name", "settings", "body", "string", "object")),
    ("yourcompany", b'{"name": "New", "settings": {"visibility": "no"}}', ("visibility", "body", "private")),
]  # fmt: skip
NO_OBJECTS = [b"[]", b"[{}]", b"null", b'"text"', b"5", b"true"]
WRONG_TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"]
WRONG_TYPES += ["json", ";;", ""]


def json_cases(api: str, body: bytes) -> Iterator[Case]:
    path, valid, unsupported = LISTS[api], body.replace(b"@", b"1"), 415 if api == "devsync" else 400
    for name, whole in UNREADABLE_BODIES.items():
        yield Case(name, api, path, whole, JSON_TYPE, says=("json|body",))
    for name, value in UNREADABLE_VALUES.items():
        yield Case(name, api, path, body.replace(b"@", value), JSON_TYPE, says=("json|body",))
    for name, value in LENIENT_VALUES.items():
        yield Case(name, api, path, body.replace(b"@", value), JSON_TYPE, lenient=True)
    for whole in NO_OBJECTS:
        yield Case(whole.decode(), api, path, whole, JSON_TYPE, says=("body", "object"))
    for _, whole, says in (row for row in INVALID if row[0] == api):
        yield Case(f"wrong fields {whole.decode()}", api, path, whole, JSON_TYPE, says=says)
    for media in WRONG_TYPES:
        yield Case(f"type {media}", api, path, valid, {"Content-Type": media}, (unsupported,), ("json",))
    yield Case("no type", api, path, valid, statuses=(unsupported,), says=("json",))
    large = body.replace(b"@", b'"%s"' % (b"x" * (1 << 20)))
    yield Case("over the limit", api, path, large, JSON_TYPE, (413, 400), ("large|limit|bytes",))
    chunked = JSON_TYPE | {"Transfer-Encoding": "chunked"}
    yield Case("over the limit in chunks", api, path, large, chunked, (413, 400), ("large|limit|bytes",))


# api, parameter, least and greatest value
PAGING = [
    ("devsync", "limit", 1, 100),
    ("devsync", "page", 1, 2**31 - 1),
    ("yourcompany", "per_page", 1, 100),
    ("yourcompany", "page", 1, 2**31 - 1),
    ("humanapi", "limit", 1, 500),
    ("humanapi", "offset", 0, 2**31 - 1),
]
NO_INTEGERS = ["1.5", "abc", "1e3", " 5", "5_0", "٣", "", "0x10", "null", "5\0"]


def paging_cases(api: str, name: str, least: int, greatest: int) -> Iterator[Case]:
    too_small = [(str(number), rf"\b{least}\b") for number in sorted({least - 1, -1, -(10**39)})]
    too_large = [(str(number), rf"\b{greatest}\b") for number in (greatest + 1, 10**39)]
    for value, reason in [*((text, "integer|whole") for text in NO_INTEGERS), *too_small, *too_large]:
        path = f"{LISTS[api]}?{name}={quote(value)}"
        yield Case(f"{name}={value!r}", api, path, says=(named(api, name), "query", reason))
    for query in (f"{name}=5&{name}=6", f"{name}=5&{name}=abc", f"{name}[]=5", f"{name}=5&=&&"):
        yield Case(query, api, f"{LISTS[api]}?{query}", lenient=True)


PATHS = ["%00", "a%00b", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%2f..%2f", "%2e%2e", "..%5c", "%ff", "%c0%ae"]
PATHS += ["%zz", "%", "%0d%0aSet-Cookie:%20a=b", "%F0%9F%A6%89", "a;b=c", "{id}", "'%20OR%201=1", "a" * 5_000]
PATHS += ["%0a", "a%0a", "%0aa"]
NO_TEXTS = ["%ff", "%c0%ae"]  # no UTF-8: the query as a whole cannot be read
TEXTS = [*NO_TEXTS, "%00", "%zz", "%", "a" * 10_240, "'%20OR%201=1", "%25", "%5B%5D"]
TEXT_FILTERS = [("devsync", "developerId"), ("devsync", "status"), ("humanapi", "source")]
LONG = "a" * 10_240


def address_cases() -> Iterator[Case]:
    for api, path in LISTS.items():
        for part in PATHS:
            yield Case(f"{path}/{part[:40]}", api, f"{path}/{part}", statuses=(400, 404))
        yield Case("10 kB header", api, path, headers={"X-Long": LONG}, lenient=True)
        yield Case("header of other bytes", api, path, headers={"X-Odd": "\xe9\xff"}, lenient=True)
        yield Case("10 kB token", api, path, headers={"Authorization": f"Bearer {LONG}"}, statuses=(401,))
        yield Case("odd token", api, path, headers={"Authorization": "Bearer \xe9\xff"}, statuses=(401,))
    for api, name in TEXT_FILTERS:
        for text in TEXTS:
            yield Case(f"{name}={text[:40]}", api, f"{LISTS[api]}?{name}={text}", lenient=True)
    for text in TEXTS:
        for api, name in [("yourcompany", "order"), ("humanapi", "created_since")]:
            says = ("query",) if text in NO_TEXTS else (named(api, name), "query")
            yield Case(f"{name}={text[:40]}", api, f"{LISTS[api]}?{name}={text}", says=says)
    last = "/analytics/usage?end_date=9999-12-31T23:59:59-23:59"
    yield Case("beyond the calendar in UTC", "yourcompany", last, lenient=True)
    two = f"{LISTS['yourcompany']}?per_page=0&page=abc&order=up"
    yield Case("every fault is named", "yourcompany", two, says=("per_page", "page", "order", "query"))


FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
DISPOSITION = b"Content-Disposition: form-data; name="
FILE = DISPOSITION + b'"file"; filename="data.csv"\r\nContent-Type: text/csv\r\n\r\na,b\n1,2\n'
TEXT_FILE = DISPOSITION + b'"file"\r\n\r\na,b'
PROJECT = DISPOSITION + b'"project_id"\r\n\r\nproj_abc123'
FORMAT = DISPOSITION + b'"format"\r\n\r\nexe'


def form(*parts: bytes, end: bytes = b"--edge--\r\n") -> bytes:
    return b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + end


def upload_cases() -> Iterator[Case]:
    good, broken = form(FILE, PROJECT), ("multipart|boundary|form|body",)
    for name, body, headers, statuses, says in [
        ("wrong boundary", good, {"Content-Type": "multipart/form-data; boundary=other"}, (400,), broken),
        ("no boundary", good, {"Content-Type": "multipart/form-data"}, (400,), broken),
        ("no type", good, {}, (400, 415), ("multipart",)),
        ("JSON", b"{}", JSON_TYPE, (400, 415), ("multipart",)),
        ("truncated in the file", form(PROJECT, FILE, end=b"")[:-9], FORM, (400,), broken),
        ("truncated before the end", form(PROJECT, FILE, end=b""), FORM, (400,), broken),
        ("empty body", b"", FORM, (400,), broken),
        ("no parts", form(), FORM, (400,), ()),
        ("no project", form(FILE), FORM, (400,), ('"field": ?"project_id"', "body", "required|missing")),
        ("no file", form(PROJECT), FORM, (400,), ('"field": ?"file"', "body", "required|missing")),
        ("file is a text", form(TEXT_FILE, PROJECT), FORM, (400,), ("file", "body|part")),
        ("part without a name", form(FILE, b"Content-Disposition: form-data\r\n\r\nx"), FORM, (400,), ()),
        ("part without headers", form(FILE, b"\r\nx"), FORM, (400,), ()),
        ("unknown project", form(FILE, PROJECT + b"x"), FORM, (404,), ("proj_abc123x",)),
        ("NUL in the project", form(FILE, PROJECT + b"\0"), FORM, (400, 404), ()),
        ("project not UTF-8", form(FILE, PROJECT + b"\xff"), FORM, (400, 404), ()),
        ("unknown format", form(FILE, PROJECT, FORMAT), FORM, (400,), ("format", "body", "csv")),
    ]:  # fmt: skip
        yield Case(f"upload: {name}", "yourcompany", "/data/upload", body, headers, statuses, says)


CASES = [case for api, body in BODIES.items() for case in json_cases(api, body)]
CASES += [case for row in PAGING for case in paging_cases(*row)]
CASES += [*address_cases(), *upload_cases()]
