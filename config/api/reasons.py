"""Why something is changed, in the words of whoever changes it."""

import re
from urllib.parse import unquote_to_bytes

from config.api.parsing import UNCLEAN
from config.api.problems import CHANGE_REASON_REQUIRED, Refusal, input_error

HEADER = "Change-Reason"
LONGEST = 500
ENCODED = re.compile(r"(?:[\x20-\x24\x26-\x7e]|%[0-9A-Fa-f]{2})*")


def reason_of(request, *, required: bool) -> str:
    """The decoded Change-Reason, "" without one.

    Raises Refusal (400) when it is not percent-encoded UTF-8, too long, or missing where it is
    required.
    """
    header = request.headers.get(HEADER, "")
    if not ENCODED.fullmatch(header):
        raise _wrong("A reason is written in ASCII; percent-encode everything else as UTF-8.")
    try:
        reason = unquote_to_bytes(header).decode().strip()
    except UnicodeDecodeError as error:
        raise _wrong("What is percent-encoded is not UTF-8.") from error
    if len(reason) > LONGEST or UNCLEAN.search(reason):
        raise _wrong(f"A reason has at most {LONGEST} characters, none of them NUL.")
    if required:
        check_reason(reason)
    return reason


def check_reason(reason: str) -> None:
    """Raises Refusal (400) where a reason is needed and there is none."""
    if not reason:
        raise Refusal(CHANGE_REASON_REQUIRED, "Send the reason as Change-Reason; it is recorded.")


def _wrong(message: str) -> Refusal:
    return input_error(HEADER, "invalid", message)
