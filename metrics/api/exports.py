"""The facts that figures stand on over REST, as Parquet."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

from accounts.ownership import SEES_ALL
from config.api import problems
from config.api.problems import Refusal, input_error
from config.api.serializers import Query
from config.api.views import Endpoint
from metrics.answering import snapshot
from metrics.api.asking import LARGEST_POSITION
from metrics.exporting import EXPORTED, NoSuchPosition, position_of, write_parquet
from metrics.slots import take_slot
from metrics.versions import data_version

# Whose customers everybody's are: the ledger of some would give figures of none.
SEES = ("accounts.view_ledgerentry", "accounts.view_subscriptionline", SEES_ALL)
PARQUET = "application/vnd.apache.parquet"


class ParquetRenderer(BaseRenderer):
    media_type = PARQUET
    format = "parquet"


class PositionQuery(Query):
    known_at = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_POSITION,
        help_text="A position of the ledger; the last if left out.",
    )


class ExportView(Endpoint):
    """A table of facts as of a position of the ledger, whole, as a Parquet file.

    Entries that were taken back are among them, with their sign: the rows of a position never
    change. Lines say what holds now of those that were there then.
    """

    read_scope = "metrics:read"
    needs = SEES
    query_serializer_class = PositionQuery
    renderer_classes = [ParquetRenderer]

    @extend_schema(
        operation_id="exports_retrieve",
        parameters=[
            PositionQuery,
            OpenApiParameter(
                "code", {"type": "string", "enum": list(EXPORTED)}, OpenApiParameter.PATH
            ),
        ],
        responses={(200, PARQUET): OpenApiTypes.BINARY},
    )
    def get(self, request, code: str) -> HttpResponse:
        if code not in EXPORTED:
            raise Refusal(problems.NOT_FOUND)
        asked = self.get_query().get("known_at")
        file = TemporaryFile()  # noqa: SIM115  (the response closes it)
        with snapshot():
            take_slot()
            try:
                position = position_of(data_version(), asked)
            except NoSuchPosition as refused:
                raise input_error("known_at", refused.code, str(refused)) from refused
            write_parquet(EXPORTED[code], position=position, into=file)
        file.seek(0)
        name = f"{code}-{position}.parquet"
        return FileResponse(file, as_attachment=True, filename=name, content_type=PARQUET)
