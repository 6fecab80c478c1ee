"""Mutants: wrong implementations of the declared APIs, which the contract suite must tell from right ones."""

from .rows import APIS, Mutant, Unfit, load, read_base
from .servers import check_start, serve

__all__ = ["APIS", "Mutant", "Unfit", "check_start", "load", "read_base", "serve"]
