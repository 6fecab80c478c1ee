"""From an OpenAPI document to what it declares."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from .declared import Api, Operation, Parameter
from .dialects import PLAIN_ERRORS
from .documents import METHODS
from .naming import WORDS, check_operation, check_resource
from .problems import Unusable
from .resources import Reference, Resource
from .schemas import Json, expand, follow, make_registry

WITHOUT_RESOURCE = ("answer", "quirk", "login", "refresh")


def read_api(name: str, document: Json) -> Api:
    """The declarations of a checked document. Raises Unusable where words contradict each other."""
    servers = document.get("servers") or [{"url": "/"}]
    dialect = {
        "errors": PLAIN_ERRORS,
        "envelopes": {"one": "$item", "many": "$items"},
        **document.get(WORDS, {}),
    }
    kinds, accounts = dialect["errors"]["kinds"], dialect.get("accounts", {})
    same = {"invalid_token": kinds["unauthenticated"], "unsubscribed": kinds["forbidden"]}
    dialect["errors"] = {**dialect["errors"], "kinds": {**kinds, **same, **kinds}}
    selecting = _find_selecting_fields(document, dialect.get("sort"))
    components = document.get("components", {})
    known: Json = {}
    declared = {name for name, node in components.get("schemas", {}).items() if "key" in node.get(WORDS, {})}
    for schema in sorted(declared):
        check_resource(schema, expand(document, components["schemas"][schema], known), declared)
    resources = {
        schema: _read_resource(
            name, schema, expand(document, node, known), selecting.get(schema, set()), accounts
        )
        for schema, node in components.get("schemas", {}).items()
        if schema in declared
    }
    return Api(
        name=name,
        document=document,
        path=_find_path(servers[0]),
        dialect=dialect,
        resources=resources,
        operations=tuple(_read_operations(document, resources, known)),
        security_schemes=components.get("securitySchemes", {}),
        registry=make_registry(document),
    )


def _find_path(server: Json) -> str:
    url = server["url"]
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable["default"])
    path = urlsplit(url).path.strip("/")
    return f"/{path}" if path else ""


def _read_resource(api: str, name: str, schema: Json, selecting: set[str], accounts: Json) -> Resource:
    words = schema[WORDS]
    key, alias, pick = words["key"], words.get("alias", {}), words.get("pick", ())
    order = tuple(_unalias(field, alias) for field in words.get("order", ()))
    references = tuple(
        Reference(field, to["resource"], to.get("absent", "invalid"), to.get("removal", "stays"))
        for field, to in words.get("references", {}).items()
    )
    account = accounts if accounts.get("resource") == name else {}
    sought = {_unalias(field, alias) for field in selecting} | {field.lstrip("-") for field in order}
    sought |= {reference.field for reference in references}
    sought |= {account["login"]} if account else set()
    fields = sought | {field for combination in words.get("unique", ()) for field in combination}
    fields |= {words["states"]["field"]} if "states" in words else set()
    return Resource(
        api=api,
        name=name,
        schema=schema,
        key=key["field"],
        form=key["form"],
        owner=words.get("owner"),
        unique=tuple(map(tuple, words.get("unique", ()))),
        references=references,
        immutable=frozenset(words.get("immutable", ())),
        stamps=words.get("stamps", {}),
        states=words.get("states"),
        alias=alias,
        order=order,
        seeds=words.get("seeds", {}),
        pick=(pick,) if isinstance(pick, str) else tuple(pick),
        item=words.get("item"),
        effects=words.get("effects", {}),
        secret=account.get("password"),
        columns=tuple(sorted(fields - {key["field"]})),
        sought=tuple(sorted(sought - {key["field"]})),
    )


def _unalias(field: str, alias: dict[str, str]) -> str:
    sign = "-" if field.startswith("-") else ""
    name = field.removeprefix("-")
    return sign + alias.get(name, name)


def _find_selecting_fields(document: Json, sort: Json | None) -> dict[str, set[str]]:
    """By resource, every field (before aliases) that an operation filters or sorts by."""
    found: dict[str, set[str]] = {}
    for _path, _method, node, parameters in _each_operation(document):
        words = node.get(WORDS, {})
        fields = found.setdefault(words.get("of", ""), set())
        fields |= set(words.get("where", ()))
        ordering = words.get("sort", sort) or {}
        for parameter in parameters:
            fields |= set(_filters(parameter))
            if parameter["name"] == ordering.get("parameter"):
                names = parameter["schema"].get("enum", ())
                fields |= {name.removeprefix(ordering.get("descending", "")) for name in names}
    return found


def _filters(parameter: Json) -> list[str]:
    filters = parameter.get(WORDS, {}).get("filters", [])
    return [filters] if isinstance(filters, str) else filters


def _each_operation(document: Json) -> Iterator[tuple[str, str, Json, list[Json]]]:
    """Path, method, node and parameters (those of the path included) of every operation."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS if path.startswith("/") else ():
            if method in item:
                nodes = [
                    follow(document, node)
                    for part in (item, item[method])
                    for node in part.get("parameters", ())
                ]
                yield path, method, item[method], list({(p["name"], p["in"]): p for p in nodes}.values())


def _read_operations(document: Json, resources: dict[str, Resource], known: Json) -> Iterator[Operation]:
    for path, method, node, parameters in _each_operation(document):
        words = node.get(WORDS, {})
        name = words.get("of")
        where = f"/paths/{path.replace('/', '~1')}/{method}/{WORDS}"
        if name and name not in resources:
            raise Unusable(f"{where}: there is no resource {name!r}; those are {', '.join(resources)}")
        if words.get("does", "answer") not in WITHOUT_RESOURCE and not name:
            raise Unusable(f"{where}: does: {words['does']} needs 'of'")
        resource = resources.get(name or "")
        fields = {*resource.properties, *resource.alias, resource.key} if resource else set()
        where = where.removesuffix(f"/{WORDS}")
        check_operation(where, node, parameters, fields, set(resources))
        alias = document["components"]["schemas"][name][WORDS].get("alias", {}) if name else {}
        request = follow(document, node.get("requestBody", {}))
        security = tuple(node["security"] if "security" in node else document.get("security", ()))
        yield Operation(
            id=node.get("operationId", f"{method} {path}"),
            method=method,
            path=path,
            does=words.get("does"),
            of=resource,
            body=words.get("body"),
            needs=frozenset(words.get("needs", ())) | _find_scopes(security),
            where=words.get("where", {}),
            sort=words.get("sort"),
            emits=words.get("emits"),
            words=words,
            parameters=tuple(_read_parameter(document, parameter, alias) for parameter in parameters),
            requests={
                media.lower(): expand(document, part.get("schema", {}), known)
                for media, part in request.get("content", {}).items()
            },
            schemas={
                media.lower(): part.get("schema", {}) for media, part in request.get("content", {}).items()
            },
            body_required=request.get("required", False),
            responses={
                code: expand(document, part, known) for code, part in node.get("responses", {}).items()
            },
            security=security,
        )


def _find_scopes(security: tuple[Json, ...]) -> frozenset[str]:
    """The scopes that OpenAPI itself says are needed, where there is no choice."""
    return (
        frozenset(scope for scopes in security[0].values() for scope in scopes)
        if len(security) == 1
        else frozenset()
    )


def _read_parameter(document: Json, node: Json, alias: dict[str, str]) -> Parameter:
    words = node.get(WORDS, {})
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node.get("required", False),
        schema=expand(document, node.get("schema", {})),
        style=node.get("style"),
        explode=node.get("explode"),
        filters=tuple(_unalias(field, alias) for field in _filters(node)),
        by=words.get("by", "eq"),
        together=words.get("together"),
        until=words.get("until"),
        names=words.get("names"),
        sets=words.get("sets"),
    )
