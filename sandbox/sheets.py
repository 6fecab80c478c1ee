"""What the control plane answers, as lines to read."""

import json
from collections.abc import Callable
from typing import Any

Json = Any
WORLD = "(default)"  # the one of tokens without a suffix
PLAIN = 2  # columns of a single row that need no head


def show(sheet: str, told: Json) -> str:
    """An answer as text; nothing for an answer without content."""
    if told is None:
        return ""
    columns = SHEETS.get(sheet)
    if columns is None or (sheet == "log" and isinstance(told, dict) and "id" not in told):
        return json.dumps(told, ensure_ascii=False)
    if sheet == "entry":
        return _show_entry(told)
    if told == []:
        return "none"
    rows = told if isinstance(told, list) else [told]
    cells = [[str(cell(row)) for cell in columns.values()] for row in rows]
    head = [list(columns)] if isinstance(told, list) or len(columns) > PLAIN else []
    widths = [max(map(len, column)) for column in zip(*(head + cells), strict=True)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in head + cells
    ]
    return "\n".join(line.rstrip() for line in lines) if cells else "none"


def _name(row: Json) -> str:
    return str(row["world"] or WORLD)


def _tell_clock(row: Json) -> str:
    return f"{row['now']}{' (frozen)' if row['frozen'] else ''}"


def _tell_rule(row: Json) -> str:
    parts = {name: row[name] for name in ("status", "drop", "truncate", "latency") if row.get(name)}
    return ", ".join(name if value is True else f"{name} {_tell(value)}" for name, value in parts.items())


def _tell(value: Json) -> str:
    return (
        " ".join(f"{name} {part}" for name, part in value.items()) if isinstance(value, dict) else str(value)
    )


def _tell_selection(row: Json) -> str:
    names = ("api", "operation", "method", "path", "world")
    return " ".join(str(row[name] or WORLD) for name in names if name in row) or "every request"


def _tell_event(row: Json) -> str:
    hint = "" if row["deliveries"] else "; no webhook there is subscribed to it"
    return f"{row['event']}: {row['deliveries']} deliveries in world {_name(row)}{hint}"


def _show_entry(entry: Json) -> str:
    lines = [f"{entry['method']} {entry['path']}{'?' if entry['query'] else ''}{entry['query']}"]
    lines += [f"{entry['at']}  {entry['ms']} ms  {entry['verdict']}  {entry['reason'] or ''}".rstrip()]
    for name in ("request", "response"):
        message = entry[name]
        title = name if name == "request" else f"{name} {entry['status'] or 'none'}"
        lines += ["", title, *(f"  {header}: {value}" for header, value in message["headers"])]
        lines += ["", f"  {message['body']}"] if message["body"] else []
    for problem in entry["problems"]:
        lines += ["", f"problem  {problem['message']}"]
        known = {name: problem.get(name) for name in ("location", "pointer", "rule", "received", "nearest")}
        lines += [f"  {name}: {value}" for name, value in known.items() if value not in (None, "")]
    return "\n".join(lines)


# By what was asked, the columns and how they are told.
SHEETS: dict[str, dict[str, Callable[[Json], object]]] = {
    "health": {"STATUS": lambda row: row["status"], "APIS": lambda row: " ".join(row["apis"].values())},
    "worlds": {
        "WORLD": _name,
        "RECORDS": lambda row: sum(row["records"].values()),
        "APIS": lambda row: " ".join(row["apis"]) or "-",
        "TIME": lambda row: _tell_clock(row["clock"]),
        "USED": lambda row: row["used"] or "-",
    },
    "snapshots": {
        "SNAPSHOT": lambda row: row["name"],
        "WORLD": _name,
        "RECORDS": lambda row: row["records"],
        "APIS": lambda row: " ".join(row["apis"]) or "-",
        "MADE": lambda row: row["made"],
    },
    "clock": {"WORLD": _name, "TIME": _tell_clock},
    "chaos": {
        "RULE": lambda row: row["id"],
        "DOES": _tell_rule,
        "TO": _tell_selection,
        "RATE": lambda row: row["rate"],
        "STRUCK": lambda row: row["struck"],
        "LEFT": lambda row: "-" if row["left"] is None else row["left"],
        "ENDS": lambda row: row["ends"],
    },
    "log": {
        "ID": lambda row: row["id"],
        "AT": lambda row: row["at"],
        "STATUS": lambda row: row["status"] or "-",
        "VERDICT": lambda row: row["verdict"],
        "REQUEST": lambda row: f"{row['method']} {row['path']}",
        "WORLD": lambda row: row["world"] or "-",
        "REASON": lambda row: row["reason"] or "",
    },
    "entry": {},
    "deliveries": {
        "DELIVERY": lambda row: row["id"],
        "API": lambda row: row["api"],
        "WORLD": _name,
        "EVENT": lambda row: row["event"],
        "STATE": lambda row: row["state"],
        "ATTEMPTS": lambda row: row["attempts"],
        "STATUS": lambda row: row["status"] or row["error"] or "-",
    },
}
SHEETS |= {"reset": SHEETS["worlds"], "replay": SHEETS["deliveries"]}
SHEETS["emit"] = {"": _tell_event}
