"""What the pages know of an API: where it answers, who may ask, what it holds and announces."""

from typing import Any

from ..access import UNLIMITED, Persona
from ..credentials import show_credential
from ..curls import suggest_curl
from ..declared import Api
from ..sites import Site

Json = dict[str, Any]


def list_apis(site: Site, url: str, world: str) -> list[Json]:
    """Each API of a site, for pages that are about a world. url: the sandbox's own."""
    return [describe_api(site, api, url, world) for api in site.apis]


def describe_api(site: Site, api: Api, url: str, world: str) -> Json:
    """One API, as templates and scripts need it."""
    personas = site.services[api.name].fixtures.personas
    secured = any(operation.security for operation in api.operations)
    return {
        "name": api.name,
        "title": api.document.get("info", {}).get("title", api.name),
        "prefix": api.prefix,
        "bases": [url + base for base, apis in site.bases.items() if api in apis],
        "curl": suggest_curl(api, url, add_world("demo", world)),
        "personas": [
            {"token": add_world(name, world), "stands": describe_persona(persona)}
            for name, persona in personas.items()
            if secured
        ],
        "schemes": {name: show_credential(each, "{token}") for name, each in api.security_schemes.items()},
        "resources": {name: resource.key for name, resource in api.resources.items()},
        "events": list(api.dialect.get("webhooks", {}).get("events", ())),
        "operations": {each.id: f"{each.method.upper()} {each.path}" for each in api.operations},
    }


def add_world(token: str, world: str) -> str:
    """The token of the same persona in a world."""
    return f"{token}.{world}" if world else token


def describe_persona(persona: Persona) -> str:
    """What a token stands for, in a few words."""
    if persona.expired:
        return "expired: 401"
    parts = []
    if persona.scopes is not None:
        parts.append("scopes: " + (", ".join(sorted(persona.scopes)) or "none"))
    if persona.quota < UNLIMITED:
        parts.append(f"{persona.quota:,} requests an hour")
    if persona.owner:
        parts.append(f"as {persona.owner}")
    return " · ".join(parts) or "everything"
