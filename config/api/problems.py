"""How the API says no: one shape, one list of stable codes."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest, JsonResponse

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A situation that a program can tell apart by its code."""

    code: str
    status: int
    title: str


@dataclass(frozen=True)
class InputError:
    """What is wrong with one member of the input: `lines.0.amount`, or "" for the whole."""

    path: str
    code: str
    message: str


KINDS: dict[str, Kind] = {}


def kind(code: str, status: int, title: str) -> Kind:
    """Put one more situation on the list; every module of the frame declares its own."""
    if code in KINDS:
        raise ValueError(f"{code!r} is declared twice")
    return KINDS.setdefault(code, Kind(code, status, title))


INVALID = kind("invalid", 400, "The input is not valid")
MALFORMED = kind("malformed", 400, "The body is not acceptable JSON")
IDEMPOTENCY_KEY_REQUIRED = kind("idempotency_key_required", 400, "Send an Idempotency-Key")
CHANGE_REASON_REQUIRED = kind("change_reason_required", 400, "Say why, in a Change-Reason")
NOT_AUTHENTICATED = kind("not_authenticated", 401, "Sign in or send an API key")
BAD_CREDENTIALS = kind("bad_credentials", 401, "The API key does not open this door")
SECOND_FACTOR_REQUIRED = kind(
    "second_factor_required", 403, "The session has not shown a second factor"
)
FORBIDDEN = kind("forbidden", 403, "The permission is missing")
SCOPE_MISSING = kind("scope_missing", 403, "The API key lacks the scope")
CSRF_FAILED = kind("csrf_failed", 403, "The session request carries no valid CSRF token")
NOT_FOUND = kind("not_found", 404, "There is nothing here that you may see")
METHOD_NOT_ALLOWED = kind("method_not_allowed", 405, "This address does not know the method")
REFUSED = kind("refused", 409, "A rule refused this")
CONFLICT = kind("conflict", 409, "It contradicts another row")
IN_USE = kind("in_use", 409, "Something still refers to this")
GONE = kind("cursor_expired", 410, "Events of that time are no longer kept")
STALE = kind("stale", 412, "The row has changed since the version you name")
TOO_LARGE = kind("too_large", 413, "The body is larger than 1 MiB")
UNSUPPORTED_MEDIA_TYPE = kind("unsupported_media_type", 415, "Send application/json")
IDEMPOTENCY_MISMATCH = kind("idempotency_mismatch", 422, "The key stands for another request")
PRECONDITION_REQUIRED = kind("precondition_required", 428, "Say which version you change")
THROTTLED = kind("throttled", 429, "Too many requests")
INTERNAL_ERROR = kind("internal_error", 500, "The fault is ours")
BUSY = kind("busy", 503, "The database is busy; try again")


class Refusal(Exception):
    """A refusal on its way to the client; raise it from any view, parser or field."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        code: str = "",
        errors: list[InputError] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail or f"{kind.title}."
        self.code = code or kind.code
        self.errors = errors or []
        self.headers = headers or {}


def input_error(path: str, code: str, message: str) -> Refusal:
    """One thing is wrong with the input, a query parameter included."""
    return Refusal(INVALID, message, errors=[InputError(path, code, message)])


def problem(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """The refusal as RFC 9457 wants it."""
    body = {
        "type": f"urn:portico:problem:{refusal.code}",
        "title": refusal.kind.title,
        "status": refusal.kind.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "instance": request.path,
    }
    if refusal.errors:
        body["errors"] = [asdict(error) for error in refusal.errors]
    return JsonResponse(
        body, status=refusal.kind.status, content_type=CONTENT_TYPE, headers=refusal.headers
    )
