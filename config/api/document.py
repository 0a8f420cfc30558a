"""Where the OpenAPI document is served."""

from functools import cache

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView


@cache
def document(urls: str) -> dict:
    """The OpenAPI document; it is the same for everybody, so it is made once per process."""
    return SchemaGenerator(urlconf=urls).get_schema(request=None, public=True)


class DocumentView(APIView):
    """JSON, or YAML where asked for."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]
    schema = None

    def get(self, request) -> Response:
        return Response(document(settings.ROOT_URLCONF))
