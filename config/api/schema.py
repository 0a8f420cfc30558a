"""What the OpenAPI document promises: every status that can occur, every member there is."""

from inspect import cleandoc

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.utils import OpenApiParameter

from config.api.batches import MOST_ROWS
from config.api.headers import COMPONENTS, answer_headers, has_versions, refusals, taken
from config.api.problems import CONTENT_TYPE, KINDS
from config.api.serializers import Serializer

PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; what a program decides by."},
        "instance": {"type": "string", "description": "The path that was asked."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("path", "code", "message")},
            },
        },
    },
}
ALWAYS = (400, 401, 403, 429, 503)
WAITING = (429, 503)
WITH_A_BODY = (409, 413, 415)


class AutoSchema(BaseAutoSchema):
    """Reads what our views declare beyond what the generator knows."""

    def get_description(self) -> str:
        """The words of the action or the view itself, else what a row of its model means."""
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower())
        queryset = getattr(self.view, "queryset", None)
        own = getattr(handler, "__doc__", None) if hasattr(handler, "mapping") else None
        model = queryset.model.__doc__ if queryset is not None else None
        return cleandoc(own or type(self.view).__doc__ or model or "")

    def get_override_parameters(self):
        view = self.view
        query = getattr(view, "query_serializer_class", None)
        parameters = [query] if query else []
        parameters += [OpenApiParameter(name, str) for name in getattr(view, "parameters", ())]
        fields = getattr(view, "ordering_fields", ())
        if fields and self._is_list_view():
            known = "|".join(fields)
            text = f"Any of {', '.join(fields)}, separated by commas; `-` for descending."
            schema = {"type": "string", "pattern": f"^-?({known})(,-?({known}))*$"}
            parameters.append(OpenApiParameter("ordering", schema, description=text))
        return parameters + taken(view, self.method, one_row="{" in self.path)

    def get_filter_backends(self):
        """Every action that answers from a list takes its filters, also one without pages."""
        lists = getattr(self.view, "lists", False)
        return self.view.filter_backends if lists else super().get_filter_backends()

    def get_request_serializer(self):
        if getattr(self.view, "action", None) != "batch":
            return super().get_request_serializer()
        row = getattr(self.view, "input_serializer_class", None) or self.view.serializer_class
        return _of_rows(f"{_name(row)}Batch", "rows", row)

    def get_response_serializers(self):
        if getattr(self.view, "action", None) != "batch":
            return super().get_response_serializers()
        row = self.view.serializer_class
        return {201: _of_rows(f"{_name(row)}Results", "results", row)}

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        if operation and getattr(self.view, "action", None) == "create" and has_versions(self.view):
            operation["responses"]["201"].setdefault("headers", {})["ETag"] = _header("ETag")
        return operation


def _name(serializer: type) -> str:
    return serializer.__name__.removesuffix("Serializer").removesuffix("Input")


def _of_rows(name: str, member: str, row: type) -> type:
    return type(name, (Serializer,), {member: row(many=True)})


def _header(name: str) -> dict:
    return {"$ref": f"#/components/headers/{name}"}


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "config.api.authentication.BearerAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "<prefix>.<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "config.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def complete(result: dict, generator, request, public) -> dict:
    """Adds to every operation the refusals it can answer, and closes every input."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        if name.endswith("BatchRequest"):  # the generator forgets how many
            schema["properties"]["rows"].update(minItems=1, maxItems=MOST_ROWS)
    used = set()
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            statuses = _refusals(path, method, operation)
            used.update(statuses)
            _complete_answers(operation)
            for status in statuses:
                reference = {"$ref": f"#/components/responses/Problem{status}"}
                operation["responses"][str(status)] = reference
    components["headers"] = COMPONENTS
    components["responses"] = {f"Problem{status}": _response(status) for status in sorted(used)}
    return result


def _complete_answers(operation: dict) -> None:
    if any(p["name"] == "If-None-Match" for p in operation.get("parameters", [])):
        known = {"description": "The row is as the caller knows it."}
        operation["responses"].setdefault("304", known)
    for status, response in operation["responses"].items():
        headers = response.setdefault("headers", {})
        for name in answer_headers(status, operation):
            headers.setdefault(name, _header(name))


def _refusals(path: str, method: str, operation: dict) -> list[int]:
    statuses = [*ALWAYS]
    if "{" in path:
        statuses.append(404)
    if method != "get" or "409" in operation["responses"]:  # reading refuses where it says so
        statuses.append(409)
    if any(p["name"] == "after" for p in operation.get("parameters", [])):
        statuses.append(410)
    if "requestBody" in operation:
        statuses += WITH_A_BODY
    return sorted({*statuses, *refusals(operation)})


def _response(status: int) -> dict:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    example = {
        "type": f"urn:portico:problem:{kinds[0].code}",
        "title": kinds[0].title,
        "status": status,
        "detail": f"{kinds[0].title}.",
        "code": kinds[0].code,
        "instance": "/api/v1/products/",
    }
    waits = ["Retry-After"] if status in WAITING else []
    names = ["X-Request-Id", *waits, *(["ETag"] if status == 412 else [])]
    return {
        "description": "; ".join(f"`{kind.code}`: {kind.title}" for kind in kinds),
        "content": {
            CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
        "headers": {name: _header(name) for name in names},
    }
