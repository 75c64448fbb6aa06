"""Durations, budgets, waits: small and pure."""

from __future__ import annotations

from signaling_server.protocol.messages import Rate
from signaling_server.rules.budgets import Budget
from signaling_server.rules.durations import Moment, elapsed_ms
from signaling_server.rules.waits import FREE_TRIES, LONGEST_WAIT_MS, Waits


def test_the_same_boot_counts_monotonic_time_only() -> None:
    assert elapsed_ms(Moment("a", 1_000, 50_000), Moment("a", 3_500, -90_000)) == 2_500


def test_another_boot_counts_wall_time_and_never_backwards() -> None:
    assert elapsed_ms(Moment("a", 9_000, 50_000), Moment("b", 10, 52_000)) == 2_000
    assert elapsed_ms(Moment("a", 9_000, 50_000), Moment("b", 10, 40_000)) == 0


def test_a_budget_allows_its_burst_then_its_rate() -> None:
    budget = Budget(Rate(2, 5), 0)
    assert sum(budget.take(1, 0) for _ in range(20)) == 5
    assert not budget.take(1, 400)
    assert budget.wait_ms(1) > 0
    assert budget.take(1, 600)


def test_a_debt_is_paid_by_waiting() -> None:
    budget = Budget(Rate(1000, 4000), 0)
    assert budget.owe(4000, 0) == 0
    assert 1_900 <= budget.owe(2000, 0) <= 2_001
    assert budget.owe(0, 2_100) == 0


def test_A02_waits_grow_for_the_guesser_and_nobody_else() -> None:
    waits = Waits()
    seen = []
    now = 0
    for _ in range(FREE_TRIES + 5):
        now += waits.wait_ms("guesser", now)
        waits.failed("guesser", now)
        seen.append(waits.wait_ms("guesser", now))
    assert seen[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert seen == sorted(seen)
    assert 0 < seen[-1] <= LONGEST_WAIT_MS
    assert waits.wait_ms("owner", now) == 0
    waits.succeeded("guesser")
    assert waits.wait_ms("guesser", now) == 0
