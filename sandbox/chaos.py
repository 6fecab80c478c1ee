"""Chaos: rules by which requests fail, wait or lose their connection, until the rules end by themselves."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from .declared import Operation
from .schemas import Json

LONGEST_WAIT = 60.0
SECONDS = 300.0  # that a rule is in force, unless it says otherwise
LOCK = "chaos"  # that one process at a time draws
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


@dataclass(slots=True)
class Rule:
    """One rule. words: as the control plane takes it; ends: Unix time of the machine; drawn: for how many
    requests its dice fell; struck: how often it has struck.
    """

    number: int
    words: Json
    ends: float
    drawn: int = 0
    struck: int = 0

    @property
    def key(self) -> str:
        """Its name."""
        return str(self.number)

    @property
    def left(self) -> int | None:
        """Strikes until its end, None for any number."""
        times: int | None = self.words.get("times")
        return None if times is None else times - self.struck

    def holds(self, now: float) -> bool:
        """Whether it is in force."""
        return self.ends > now and self.left != 0

    def selects(self, api: str, operation: Operation, world: str | None) -> bool:
        """Whether it holds for requests of an operation in a world, None for any."""
        known: Json = {"api": api, "operation": operation.id, "method": operation.method.upper()}
        known |= {"path": operation.path, "world": self.words.get("world") if world is None else world}
        return all(self.words.get(name, value) == value for name, value in known.items())

    def strikes(self) -> float | None:
        """How long the next request that it holds for waits, None when it passes.

        The dice know the seed and the number of the request only: in whatever process it is, it meets the
        same fate.
        """
        self.drawn += 1
        dice = Random(f"{self.words.get('seed', 1)}/{self.drawn}")
        if dice.random() >= self.words.get("rate", 1):
            return None
        self.struck += 1
        return self._draw_latency(dice)

    def _draw_latency(self, dice: Random) -> float:
        words = self.words.get("latency", {"min": 0, "max": 0})
        drawn = (
            dice.uniform(words["min"], words["max"])
            if "min" in words
            else dice.gauss(words["mean"], words["deviation"])
        )
        return min(max(drawn, 0.0), LONGEST_WAIT)

    @property
    def broken(self) -> str:
        """What it does to connections: `dropped`, `truncated` or nothing."""
        return "dropped" if self.words.get("drop") else "truncated" if self.words.get("truncate") else ""


class Keeper(Protocol):
    """Keeps the rules: number, words as JSON, end, requests drawn for, strikes."""

    def transaction(self, world: str) -> AbstractContextManager[None]: ...

    def kept_rules(self) -> Iterable[tuple[int, str, float, int, int]]: ...

    def keep_rule(self, number: int, words: str, ends: float, drawn: int, struck: int) -> None: ...

    def drop_rule(self, number: int) -> None: ...


class Chaos:
    """The rules in force. They are with the keeper, for all its processes, and as they were read last in
    memory, so that a request that meets none asks no store. ticks: the machine's clock.
    """

    def __init__(self, keeper: Keeper, ticks: Callable[[], float] = time.time) -> None:
        self._keeper = keeper
        self._ticks = ticks
        self._rules: list[Rule] = []
        self.refresh()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def refresh(self) -> None:
        """Take over what other processes with the same keeper have done."""
        self._rules = self._find_holding(self._read())

    def rules(self) -> list[Rule]:
        """The rules in force, the oldest first."""
        self.refresh()
        return list(self._rules)

    def add(self, words: Mapping[str, Any]) -> Rule:
        """Put a rule into force."""
        with self._keeper.transaction(LOCK):
            known = self._read()
            rule = Rule(
                max((each.number for each in known), default=0) + 1,
                dict(words),
                self._ticks() + words.get("seconds", SECONDS),
            )
            self._keep(rule)
            # Those that ended were kept so long, because no number is given twice.
            for each in known:
                if not each.holds(self._ticks()):
                    self._keeper.drop_rule(each.number)
        self._rules = [*self._rules, rule]
        return rule

    def end(self, key: str) -> bool:
        """End a rule. Returns whether it was in force."""
        return bool(self._end(lambda rule: rule.key == key))

    def clear(self) -> None:
        """End all rules."""
        self._end(lambda _: True)

    def meet(self, api: str, operation: Operation, world: str) -> Fate | None:
        """What a request meets: all latencies, and the first failure. None when no rule strikes."""
        self._rules = self._find_holding(self._rules)
        if not any(rule.selects(api, operation, world) for rule in self._rules):
            return None
        with self._keeper.transaction(LOCK):
            holding = [rule for rule in self.rules() if rule.selects(api, operation, world)]
            struck = [(rule, wait) for rule in holding if (wait := rule.strikes()) is not None]
            for rule in holding:
                self._keep(rule)
        return _join(struck) if struck else None

    def _end(self, is_meant: Callable[[Rule], bool]) -> int:
        with self._keeper.transaction(LOCK):
            meant = [rule for rule in self.rules() if is_meant(rule)]
            for rule in meant:
                rule.ends = 0.0
                self._keep(rule)
        return len(meant)

    def _find_holding(self, rules: Iterable[Rule]) -> list[Rule]:
        now = self._ticks()
        return [rule for rule in rules if rule.holds(now)]

    def _read(self) -> list[Rule]:
        kept = self._keeper.kept_rules()
        return [
            Rule(number, json.loads(words), ends, drawn, struck)
            for number, words, ends, drawn, struck in kept
        ]

    def _keep(self, rule: Rule) -> None:
        self._keeper.keep_rule(rule.number, json.dumps(rule.words), rule.ends, rule.drawn, rule.struck)


def _join(struck: Sequence[tuple[Rule, float]]) -> Fate:
    failing = [rule for rule, _ in struck if rule.broken or "status" in rule.words][:1]
    latency = min(sum(wait for _, wait in struck), LONGEST_WAIT)
    names = ", ".join(rule.key for rule, _ in struck)
    status = failing[0].words.get("status") if failing else None
    return Fate(status, failing[0].broken if failing else "", latency, f"chaos rule {names}")
