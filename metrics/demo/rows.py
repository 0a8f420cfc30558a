"""Rows that the demo adds where there are none yet."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def ensure(model: type[Row], key: dict, facts: dict) -> tuple[Row, bool]:
    """The row with the key, added with the facts if there is none, and whether it was added."""
    if row := model.objects.filter(**key).first():
        return row, False
    row = model(**key, **facts)
    row.full_clean()
    row.save()
    return row, True
