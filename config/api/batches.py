"""Many rows in one request: all of them or none, and every fault by the number of its row."""

from contextlib import AbstractContextManager, nullcontext

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.serializers import DictField, ListField

from config.api.problems import INVALID, InputError, Refusal
from config.api.serializers import Serializer
from config.api.translation import refusal_for
from config.api.writing import write
from config.errors import DomainError

MOST_ROWS = 500
REFUSALS = (Refusal, APIException, ValidationError, DomainError, DatabaseError)


class BatchInput(Serializer):
    """The frame of a batch; each row is checked as a request of its own would be."""

    rows = ListField(child=DictField(), allow_empty=False, max_length=MOST_ROWS)


class Batched:
    """`POST .../batch/` for rows that can be added.

    `input_serializer_class` is what `add` takes where that is no row of the list.
    """

    input_serializer_class: type | None = None

    @action(detail=False, methods=["post"])
    def batch(self, request) -> Response:
        """Adds up to 500 rows, all or none; a fault of row 17 has a path like `rows.17.name`."""
        return write(self, self._add_all)

    def _add_all(self) -> Response:
        wanted = BatchInput(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        rows = wanted.validated_data["rows"]
        with self.adding(rows):
            added = self._add_each(rows)
        results = self.get_serializer(added, many=True).data
        return Response({"results": results}, status=status.HTTP_201_CREATED)

    def adding(self, rows: list[dict]) -> AbstractContextManager:
        """What goes around the whole batch, such as locks taken once; unchecked input."""
        return nullcontext()

    def _add_each(self, rows: list[dict]) -> list[Model]:
        added, refused = [], {}
        for number, row in enumerate(rows):
            try:
                with transaction.atomic():
                    added.append(self.add(row))
            except REFUSALS as error:
                refused[number] = _refusal(error)
        if refused:
            raise together(refused)
        return added


def _refusal(error: Exception) -> Refusal:
    """What is wrong with one row; what is no fault of the row is raised again."""
    refusal = refusal_for(error)
    if refusal is None or refusal.kind.status == 503:
        raise error
    return refusal


def together(refused: dict[int, Refusal]) -> Refusal:
    """The refusals of rows as one: wrong input if there is any, else what the first row met."""
    errors = [
        InputError(
            ".".join(filter(None, (f"rows.{number}", fault.path))), fault.code, fault.message
        )
        for number, refusal in refused.items()
        for fault in refusal.errors or [InputError("", refusal.code, refusal.detail)]
    ]
    each = list(refused.values())
    first = next((refusal for refusal in each if refusal.kind.status == 400), each[0])
    kind = INVALID if first.kind.status == 400 else first.kind
    code = first.code if len({refusal.code for refusal in each}) == 1 else kind.code
    detail = f"{len(each)} rows are refused, so none is added. {errors[0].path}: "
    return Refusal(kind, detail + errors[0].message, code=code, errors=errors)
