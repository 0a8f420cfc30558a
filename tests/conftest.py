"""What every test may ask for."""

import pytest
from django.core.cache import caches

from tests.factories import program


@pytest.fixture
def api(db):
    """A program that may do everything."""
    return program()


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Answers are kept by the state of the data, and every test begins with the same one."""
    yield
    caches["metrics"].clear()
