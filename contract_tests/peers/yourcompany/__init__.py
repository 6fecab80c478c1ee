"""A server for the "yourcompany" API, written from its document alone."""

from contract_tests.peers.yourcompany.app import build
from contract_tests.peers.yourcompany.bugs import BUGS

__all__ = ["BUGS", "build"]
