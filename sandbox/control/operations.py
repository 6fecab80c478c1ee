"""What each operation of the control plane's document does."""

from collections.abc import Callable
from typing import Any

from ..bodies import JSON_LIMIT
from .chaos import add_chaos, clear_chaos, end_chaos, list_chaos
from .clocks import drive_clock, tell_clock
from .deliveries import emit_event, list_deliveries, replay_delivery
from .desk import Desk, Question
from .document import read_own
from .exports import export_snapshot, import_snapshot
from .log import clear_log, list_log, show_log, stream_log
from .records import add_record, delete_record, list_records, replace_record, show_record
from .snapshots import delete_snapshot, list_snapshots, restore_snapshot, save_snapshot
from .worlds import drop_world, list_worlds, reset_world

# By operationId. What a function returns is the JSON of the answer, None is an answer without a body.
OPERATIONS: dict[str, Callable[[Desk, Question], Any]] = {
    "tellHealth": lambda desk, _: {
        "status": "ok",
        "apis": {name: service.api.prefix for name, service in desk.services.items()},
    },
    "showDocument": lambda _, __: read_own().document,
    "listWorlds": list_worlds,
    "dropWorld": drop_world,
    "resetWorld": reset_world,
    "listSnapshots": list_snapshots,
    "saveSnapshot": save_snapshot,
    "exportSnapshot": export_snapshot,
    "importSnapshot": import_snapshot,
    "deleteSnapshot": delete_snapshot,
    "restoreSnapshot": restore_snapshot,
    "tellClock": tell_clock,
    "driveClock": drive_clock,
    "listChaos": list_chaos,
    "addChaos": add_chaos,
    "endChaos": end_chaos,
    "clearChaos": clear_chaos,
    "listLog": list_log,
    "showLog": show_log,
    "clearLog": clear_log,
    "streamLog": stream_log,
    "listDeliveries": list_deliveries,
    "replayDelivery": replay_delivery,
    "emitEvent": emit_event,
    "listRecords": list_records,
    "addRecord": add_record,
    "showRecord": show_record,
    "replaceRecord": replace_record,
    "deleteRecord": delete_record,
}
# Bytes of a body, where they are not those of any other.
LIMITS = {"importSnapshot": 1 << 28}


def limit_body(operation: str) -> int:
    """How many bytes a body may have."""
    return LIMITS.get(operation, JSON_LIMIT)
