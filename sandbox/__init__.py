"""A stateful sandbox that serves the APIs of OpenAPI documents."""

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .embedded import Sandbox as Sandbox
    from .views import World as World

# Importing Connexion imports Starlette's test client, which warns about its own HTTP library.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")

PARTS = {"Sandbox": "embedded", "World": "views"}


def __getattr__(name: str) -> Any:
    """What is offered to tests; loaded when it is first used, because it loads the server."""
    from importlib import import_module

    if name not in PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{PARTS[name]}", __name__), name)
