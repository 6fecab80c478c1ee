"""Requests to copy: curl commands that work against a sandbox."""

from .credentials import show_credential
from .declared import Api
from .examples import make_example


def suggest_curl(api: Api, url: str, token: str = "demo") -> str:
    """A request that works: the first GET whose parameters have examples.

    url: the sandbox's own; token: of whom to ask.
    """
    reading = [operation for operation in api.operations if operation.method == "get"]
    ranked = sorted(reading, key=lambda operation: (operation.does != "list", "{" in operation.path))
    if not ranked:
        return f"curl {url}{api.prefix}/openapi.json"
    path = ranked[0].path
    for parameter in ranked[0].parameters:
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", str(make_example(parameter.schema)))
    names = [name for requirement in ranked[0].security for name in requirement]
    credential = show_credential(api.security_schemes.get(names[0], {}), token) if names else ""
    if credential.startswith("?"):
        return f"curl '{url}{api.prefix}{path}{credential}'"
    return f"curl {f'-H {credential!r} ' if credential else ''}{url}{api.prefix}{path}"
