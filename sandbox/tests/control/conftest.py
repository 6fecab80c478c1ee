"""Fixtures of the tests of the control plane."""

from typing import Any

import pytest

from sandbox.tests.control.desk import Desk


@pytest.fixture
def desk() -> Any:
    made = Desk()
    yield made
    made.site.close()
