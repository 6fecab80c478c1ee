"""The bugs that this server can be started with."""

from contract_tests.peers.bugs import Bug
from contract_tests.peers.devsync.read_bugs import ACCESS_BUGS, LIST_BUGS, READ_BUGS
from contract_tests.peers.devsync.write_bugs import CREATE_BUGS, DATA_BUGS, DELETE_BUGS, PATCH_BUGS

BUGS: dict[str, Bug] = (
    LIST_BUGS | READ_BUGS | CREATE_BUGS | DATA_BUGS | PATCH_BUGS | DELETE_BUGS | ACCESS_BUGS
)
