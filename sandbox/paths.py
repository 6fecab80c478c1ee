"""The paths of documents as Connexion compiles them. Connexion takes as long to import as all the rest of
a start together, so this module is imported only where nothing has remembered what it makes.
"""

from typing import Any

from connexion.middleware.routing import RoutingAPI
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver
from connexion.spec import OpenAPISpecification

from .schemas import Json


class Skeleton(OpenAPISpecification):  # type: ignore[misc]
    """A document of paths alone."""

    @classmethod
    def _validate_spec(cls, _spec: Json) -> None:
        """Connexion would check with jsonschema, at a tenth of a second, what we made ourselves of
        documents that are checked already.
        """


class Names(Resolver):  # type: ignore[misc]
    """Operations are known by id alone; no function stands behind one."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The operation's own id."""
        return Resolution(_find_nothing, operation.operation_id)


def compile_paths(skeleton: Json) -> list[list[Any]]:
    """For each operation the regular expression of its path, its methods and its id."""
    api = RoutingAPI(Skeleton(skeleton), base_path="", next_app=_find_nothing, resolver=Names())
    return [
        [route.path_regex.pattern, sorted(route.methods), route.endpoint.operation_id]
        for route in api.router.routes
    ]


async def _find_nothing(*_: Any) -> None:
    return None
