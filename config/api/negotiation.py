"""Which format an answer takes: the one asked for, else the endpoint's first."""

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation

from config.api.problems import input_error


class ContentNegotiation(DefaultContentNegotiation):
    """An Accept header that fits nothing is no refusal (RFC 9110 leaves that to us)."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if len(renderers) == 1:
            return renderers[0], renderers[0].media_type
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type
        except Http404 as error:
            known = ", ".join(sorted({renderer.format for renderer in renderers}))
            raise input_error("format", "format", f"Must be one of: {known}.") from error
