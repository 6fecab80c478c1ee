"""The control plane's chaos rules."""

from collections.abc import Iterator

from ..chaos import SELECTING, Rule
from ..clock import write_time
from ..declared import Operation
from ..problems import Fault, Problem, refuse
from ..schemas import Json
from .desk import Desk, Question

OUTCOMES = ("status", "drop", "truncate")


def list_chaos(desk: Desk, _question: Question) -> list[Json]:
    """The rules in force."""
    return [describe_rule(rule) for rule in desk.chaos.rules()]


def describe_rule(rule: Rule) -> Json:
    """A rule as the control plane shows it."""
    return {
        "id": rule.key,
        "rate": 1,
        "seed": 1,
        **rule.words,
        "ends": write_time(rule.ends, "milliseconds"),
        "left": rule.left,
        "struck": rule.struck,
    }


def add_chaos(desk: Desk, question: Question) -> Json:
    """Put a rule into force. Raises Problem invalid for one that would do nothing, or nothing documented."""
    words = {name: value for name, value in question.body.items() if value is not False}
    outcomes = [name for name in OUTCOMES if name in words]
    if len(outcomes) > 1:
        raise refuse([Fault("body", f"/{outcomes[1]}", f"cannot be together with {outcomes[0]}")])
    if not outcomes and "latency" not in words:
        raise refuse([Fault("body", "", "needs one of status, drop, truncate and latency")])
    latency = words.get("latency", {})
    if latency.get("min", 0) > latency.get("max", 60):
        raise refuse([Fault("body", "/latency/min", "must be at most max")])
    _check_selection(desk, words)
    return describe_rule(desk.chaos.add(words))


def _check_selection(desk: Desk, words: Json) -> None:
    if "api" in words:
        desk.find_service(words["api"], "body", "/api")
    selected = list(_find_selected(desk, Rule(0, words, 0.0)))
    if not selected:
        name = next(name for name in reversed(SELECTING[:4]) if name in words)
        raise refuse([Fault("body", f"/{name}", f"selects no operation, got {words[name]!r}")])
    status = words.get("status")
    without = [f"{api} {each.id}" for api, each in selected if status and each.response(status) is None]
    if without:
        others = f" and {len(without) - 1} others" if len(without) > 1 else ""
        raise refuse([Fault("body", "/status", f"{status} is not documented by {without[0]}{others}")])


def _find_selected(desk: Desk, rule: Rule) -> Iterator[tuple[str, Operation]]:
    for name, service in desk.services.items():
        for operation in service.api.operations:
            if rule.selects(name, operation, None):
                yield name, operation


def end_chaos(desk: Desk, question: Question) -> None:
    """End a rule. Raises Problem missing."""
    if not desk.chaos.end(question.parameters["id"]):
        known = ", ".join(rule.key for rule in desk.chaos.rules()) or "none"
        raise Problem("missing", f"there is no chaos rule {question.parameters['id']}; there is {known}")


def clear_chaos(desk: Desk, _question: Question) -> None:
    """End all rules."""
    desk.chaos.clear()
