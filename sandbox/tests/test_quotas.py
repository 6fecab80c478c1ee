"""Rate limits: a fixed window per credential."""

import pytest

from sandbox.quotas import Allowance, Quotas, RateLimited

ANN = ("world", "shop", "ann")


def take(quotas: Quotas, now: float, limit: int = 3, credential: tuple[str, ...] = ANN) -> Allowance:
    return quotas.take(credential, limit, 60, now)


def refuse(quotas: Quotas, now: float) -> RateLimited:
    with pytest.raises(RateLimited) as caught:
        take(quotas, now)
    return caught.value


def test_requests_count_down_and_the_window_starts_with_the_first_one() -> None:
    quotas = Quotas()
    assert [take(quotas, now) for now in (1000.0, 1030.0, 1059.9)] == [
        Allowance(3, 2, 1060),
        Allowance(3, 1, 1060),
        Allowance(3, 0, 1060),
    ]


@pytest.mark.parametrize(("now", "wait"), [(1000.0, "60"), (1000.5, "60"), (1059.0, "1"), (1059.99, "1")])
def test_request_over_the_limit_is_refused_with_the_seconds_to_wait(now: float, wait: str) -> None:
    quotas = Quotas()
    for _ in range(3):
        take(quotas, 1000.0)
    problem = refuse(quotas, now)
    assert problem.kind == "rate_limited"
    assert problem.headers == {"Retry-After": wait}
    assert problem.allowance == Allowance(3, 0, 1060)


def test_waiting_as_long_as_told_is_enough() -> None:
    quotas = Quotas()
    for _ in range(3):
        take(quotas, 1000.25)
    wait = int(refuse(quotas, 1010.75).headers["Retry-After"])
    assert take(quotas, 1010.75 + wait).remaining == 2


def test_new_window_starts_with_the_first_request_after_the_old_one() -> None:
    quotas = Quotas()
    take(quotas, 1000.0)
    assert take(quotas, 1060.0) == Allowance(3, 2, 1120)
    assert take(quotas, 5000.0) == Allowance(3, 2, 5060)


def test_clock_that_is_set_back_starts_a_new_window() -> None:
    quotas = Quotas()
    for _ in range(3):
        take(quotas, 1_000_000.0)
    assert take(quotas, 1000.0) == Allowance(3, 2, 1060)


def test_clock_of_another_machine_that_is_a_little_behind_keeps_the_window() -> None:
    quotas = Quotas()
    for _ in range(3):
        take(quotas, 1000.0)
    assert refuse(quotas, 970.0).allowance.reset == 1060


def test_refused_requests_do_not_lengthen_the_window() -> None:
    quotas = Quotas()
    for _ in range(3):
        take(quotas, 1000.0)
    assert [refuse(quotas, now).allowance.reset for now in (1010.0, 1050.0)] == [1060, 1060]


@pytest.mark.parametrize(("now", "reset"), [(1000.0, 1060), (1000.2, 1061)])
def test_reset_is_a_whole_second_that_is_not_too_early(now: float, reset: int) -> None:
    assert take(Quotas(), now).reset == reset


@pytest.mark.parametrize(
    "other", [("world", "shop", "bob"), ("other", "shop", "ann"), ("world", "bank", "ann")]
)
def test_credentials_worlds_and_apis_are_counted_apart(other: tuple[str, ...]) -> None:
    quotas = Quotas()
    take(quotas, 1000.0)
    assert take(quotas, 1000.0, credential=other).remaining == 2


@pytest.mark.parametrize("other", [("other", "shop", "ann"), ("world", "bank", "ann")])
def test_forgotten_world_of_an_api_starts_anew_and_others_do_not(other: tuple[str, ...]) -> None:
    quotas, uploads = Quotas(), (*ANN, "uploads")
    for credential in (ANN, uploads, other):
        take(quotas, 1000.0, credential=credential)
    quotas.forget("world", "shop")
    for credential in (ANN, uploads):
        assert take(quotas, 1001.0, credential=credential) == Allowance(3, 2, 1061)
    assert take(quotas, 1001.0, credential=other) == Allowance(3, 1, 1060)


class Ledger:
    """What several processes count in."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, ...], tuple[float, int]] = {}

    def reserve(self, credential: tuple[str, ...], block: int, reset: float, now: float) -> tuple[float, int]:
        ends, used = self.counts.get(credential, (reset, 0))
        ends, used = (reset, 0) if ends <= now else (ends, used)
        self.counts[credential] = ends, used + block
        return ends, used

    def release(self, world: str, api: str) -> None:
        self.counts = {key: count for key, count in self.counts.items() if key[:2] != (world, api)}


@pytest.mark.parametrize("limit", [3, 999, 5000])
def test_processes_together_never_let_more_through_than_the_limit(limit: int) -> None:
    ledger = Ledger()
    several, allowed = [Quotas(ledger) for _ in range(3)], 0
    for index in range(limit + 100):
        try:
            take(several[index % 3], 1000.0, limit)
        except RateLimited:
            continue
        allowed += 1
    assert limit - 3 * (limit // 1000) <= allowed <= limit


def test_small_limits_are_exact_over_processes() -> None:
    ledger = Ledger()
    several = [Quotas(ledger) for _ in range(2)]
    assert [take(several[index % 2], 1000.0).remaining for index in range(3)] == [2, 1, 0]
    assert refuse(several[1], 1000.0).allowance.reset == 1060
    assert take(several[0], 1060.0).remaining == 2


def test_windows_of_a_world_start_anew_for_all_processes() -> None:
    ledger = Ledger()
    several = [Quotas(ledger) for _ in range(2)]
    take(several[0], 1000.0)
    several[0].forget("world", "shop")
    assert take(several[1], 1001.0).remaining == 2
