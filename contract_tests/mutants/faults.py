"""All wire faults by name: each an async function over one exchange.

A fault gets the request, the server behind it, which it may call never, once or several times, what
it remembers, and the words of its row. It returns the answer of the faulty server.
"""

from collections.abc import Awaitable, Callable, Iterator
from inspect import iscoroutinefunction
from types import ModuleType

from . import answers, bodies, caches, credentials, deliveries, headers, items, numbers, queries, writes
from .exchanges import Response

Fault = Callable[..., Awaitable[Response]]


def _find_faults(module: ModuleType) -> Iterator[tuple[str, Fault]]:
    for name, function in vars(module).items():
        if iscoroutinefunction(function) and function.__module__ == module.__name__:
            yield name, function


FAULTS: dict[str, Fault] = {
    name: function
    for module in (queries, items, numbers, answers, bodies, writes, caches, credentials, headers, deliveries)
    for name, function in _find_faults(module)
}
