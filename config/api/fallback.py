"""What Django says by itself: a problem under /api/, a page elsewhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from config.api import problems
from config.api.problems import Refusal


class NothingHere(APIView):
    """Every address under /api/ that is no endpoint, in debug mode too."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request, *args, **kwargs) -> None:
        raise Http404


def _under_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _under_api(request):
        return problems.problem(request, Refusal(problems.INVALID, "The request cannot be read."))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _under_api(request):
        return problems.problem(request, Refusal(problems.FORBIDDEN))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _under_api(request):
        return problems.problem(request, Refusal(problems.NOT_FOUND))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _under_api(request):
        return problems.problem(request, Refusal(problems.INTERNAL_ERROR))
    return defaults.server_error(request)
