"""The table of the suite beside stock Schemathesis."""

from benchmarks.runs import LAWS, STOCK, Run
from benchmarks.suite import add_up, tabulate

RUNS = [
    Run("devsync", STOCK, 400, 10.0, 8.0, client=2.0, server=0.4, code=0),
    Run("devsync", LAWS, 1000, 5.0, 4.0, client=1.0, server=0.5, code=0),
    Run("humanapi", STOCK, 600, 20.0, 12.0, client=3.0, server=0.6, code=1),
    Run("humanapi", LAWS, 3000, 20.0, 16.0, client=3.0, server=1.5, code=0),
]


def test_a_ratio_is_that_to_stock_schemathesis_over_the_same_api() -> None:
    rows = list(tabulate(RUNS))
    assert rows[2:] == [
        "| devsync | stock Schemathesis | 400 | 10.0 | 50 | 1.00 | 5.00 | 1.00 | 0 |",
        "| devsync | laws | 1,000 | 5.0 | 250 | 5.00 | 1.00 | 0.50 | 0 |",
        "| humanapi | stock Schemathesis | 600 | 20.0 | 50 | 1.00 | 5.00 | 1.00 | 1 |",
        "| humanapi | laws | 3,000 | 20.0 | 188 | 3.75 | 1.00 | 0.50 | 0 |",
    ]


def test_the_sum_of_runs_is_all_their_requests_in_all_their_time() -> None:
    stock, laws = add_up(RUNS, STOCK), add_up(RUNS, LAWS)
    assert (stock.rate, laws.rate) == (50, 200)
    assert (stock.requests, stock.whole, stock.code) == (1000, 30.0, 1)
