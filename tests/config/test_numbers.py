import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.numbers import whole


def test_a_number_of_the_environment_or_the_default(monkeypatch):
    assert whole("KEEP_EVENTS_DAYS", 90, least=8) == 90
    monkeypatch.setenv("KEEP_EVENTS_DAYS", " 30 ")
    assert whole("KEEP_EVENTS_DAYS", 90, least=8) == 30


@pytest.mark.parametrize("text", ["7", "-9", "9.5", "many", "９０"])
def test_what_is_none_is_said(monkeypatch, text):
    monkeypatch.setenv("KEEP_EVENTS_DAYS", text)

    with pytest.raises(
        ImproperlyConfigured, match="KEEP_EVENTS_DAYS must be a whole number from 8"
    ):
        whole("KEEP_EVENTS_DAYS", 90, least=8)
