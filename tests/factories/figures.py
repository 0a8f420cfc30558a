"""Asking for figures as a program does."""

from django.test import Client


def figure(client: Client, code: str, **parameters) -> dict:
    """The answer of a metric; parameters as in the address."""
    answer = client.get(f"/api/v1/metrics/{code}/", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def facts(answer: dict) -> dict:
    """An answer without what tells where and when it was asked."""
    return {
        name: value
        for name, value in answer.items()
        if name not in ("as_of_position", "parameters", "start", "end")
    }
