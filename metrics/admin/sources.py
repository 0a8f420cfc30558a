"""Where a shown figure can be asked again, by a program or a doubtful reader."""

from datetime import date

from django.urls import reverse


def sources(*codes: str, on: date) -> list[dict]:
    """Links to the metrics of these codes as of the day, and to what each of them means."""
    figures = [
        {"title": code, "url": f"/api/v1/metrics/{code}/?on={on:%Y-%m-%d}"} for code in codes
    ]
    return [*figures, {"title": "what they mean", "url": reverse("docs")}]
