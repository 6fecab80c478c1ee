"""Chaos: rules by which requests fail, wait or lose their connection, until the rules end by themselves."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .declared import Operation
from .schemas import Json

LONGEST_WAIT = 60.0
SECONDS = 300.0  # that a rule is in force, unless it says otherwise
SELECTING = ("api", "operation", "method", "path", "world")


@dataclass(frozen=True, slots=True)
class Fate:
    """What a request meets. status: to answer with; broken: `dropped`, `truncated` or nothing; latency: in
    seconds; reason: which rules did it.
    """

    status: int | None
    broken: str
    latency: float
    reason: str

    @property
    def executed(self) -> bool:
        """Whether the request is executed at all."""
        return self.status is None and self.broken != "dropped"


class Rule:
    """One rule. words: as the control plane takes it; ends: Unix time of the machine; left: strikes until
    then, None for any number; struck: how often it has struck.
    """

    def __init__(self, key: str, words: Json, ends: float) -> None:
        self.key = key
        self.words = words
        self.ends = ends
        self.left: int | None = words.get("times")
        self.struck = 0
        self._random = random.Random(words.get("seed", 1))

    def selects(self, api: str, operation: Operation, world: str | None) -> bool:
        """Whether it holds for requests of an operation in a world, None for any."""
        known: Json = {"api": api, "operation": operation.id, "method": operation.method.upper()}
        known |= {"path": operation.path, "world": self.words.get("world") if world is None else world}
        return all(self.words.get(name, value) == value for name, value in known.items())

    def strikes(self) -> float | None:
        """How long the next request that it holds for waits, None when it passes.

        As many numbers are drawn for each request, so that later ones meet the same fate.
        """
        chance, latency = self._random.random(), self._draw_latency()
        if chance >= self.words.get("rate", 1):
            return None
        self.struck += 1
        self.left = None if self.left is None else self.left - 1
        return latency

    def _draw_latency(self) -> float:
        words = self.words.get("latency", {"min": 0, "max": 0})
        drawn = (
            self._random.uniform(words["min"], words["max"])
            if "min" in words
            else self._random.gauss(words["mean"], words["deviation"])
        )
        return min(max(drawn, 0.0), LONGEST_WAIT)

    @property
    def broken(self) -> str:
        """What it does to connections: `dropped`, `truncated` or nothing."""
        return "dropped" if self.words.get("drop") else "truncated" if self.words.get("truncate") else ""


class Chaos:
    """The rules in force. ticks: the machine's clock."""

    def __init__(self, ticks: Callable[[], float] = time.time) -> None:
        self._ticks = ticks
        self._made = 0
        self._rules: list[Rule] = []

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, words: Mapping[str, Any]) -> Rule:
        """Put a rule into force."""
        self._made += 1
        rule = Rule(str(self._made), dict(words), self._ticks() + words.get("seconds", SECONDS))
        self._rules.append(rule)
        return rule

    def rules(self) -> list[Rule]:
        """The rules in force, the oldest first."""
        now = self._ticks()
        self._rules = [rule for rule in self._rules if rule.ends > now and rule.left != 0]
        return list(self._rules)

    def end(self, key: str) -> bool:
        """End a rule. Returns whether it was in force."""
        before = self.rules()
        self._rules = [rule for rule in before if rule.key != key]
        return len(self._rules) < len(before)

    def clear(self) -> None:
        """End all rules."""
        self._rules = []

    def meet(self, api: str, operation: Operation, world: str) -> Fate | None:
        """What a request meets: all latencies, and the first failure. None when no rule strikes."""
        holding = [rule for rule in self.rules() if rule.selects(api, operation, world)]
        struck = [(rule, wait) for rule in holding if (wait := rule.strikes()) is not None]
        if not struck:
            return None
        failing = [rule for rule, _ in struck if rule.broken or "status" in rule.words][:1]
        latency = min(sum(wait for _, wait in struck), LONGEST_WAIT)
        names = ", ".join(rule.key for rule, _ in struck)
        status = failing[0].words.get("status") if failing else None
        return Fate(status, failing[0].broken if failing else "", latency, f"chaos rule {names}")
