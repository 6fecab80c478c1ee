"""Mutants: wrong implementations of the declared APIs, which the contract suite must tell from right ones."""

from .rows import APIS, Mutant, Unfit, load, read_base
from .servers import serve

__all__ = ["APIS", "Mutant", "Unfit", "load", "read_base", "serve"]
