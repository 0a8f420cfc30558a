"""Whether a change meets the version of the row that its sender has seen."""

import re

from config.api.problems import PRECONDITION_REQUIRED, STALE, Refusal, input_error
from config.versions import Versioned, stored_version

TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
TAGS = re.compile(rf"\*|{TAG}(?:[ \t]*,[ \t]*{TAG})*")


def etag(version: int) -> str:
    return f'"{version}"'


def tagged(response, row):
    """The response with the ETag of the row as it is stored, where the row has versions."""
    version = stored_version(row) if isinstance(row, Versioned) else None
    if version is not None:
        response["ETag"] = etag(version)
    return response


def check_match(row, header: str | None, *, required: bool) -> None:
    """Compares `If-Match` with a row that the caller has locked.

    Raises Refusal: 412 when none of its tags is the row's, 428 when it is missing where it is
    required, 400 when it is no list of tags.
    """
    if header is None:
        if required:
            raise Refusal(
                PRECONDITION_REQUIRED,
                "Send the ETag of the version you have read as If-Match; GET of the row gives it.",
            )
        return
    tags = _tags(header, "If-Match")
    version = getattr(row, "version", None)
    if tags != {"*"} and etag(version) not in tags:
        raise Refusal(STALE, _stale(version), headers={"ETag": etag(version)} if version else {})


def is_known(row, header: str | None) -> bool:
    """Whether `If-None-Match` names the row's version: the caller has it already."""
    if header is None or not isinstance(row, Versioned):
        return False
    tags = _tags(header, "If-None-Match")
    return tags == {"*"} or etag(row.version) in {tag.removeprefix("W/") for tag in tags}


def _tags(header: str, name: str) -> set[str]:
    text = header.strip()
    if len(text) > 1000 or not TAGS.fullmatch(text):
        raise input_error(name, "invalid", f'{name} is a list of ETags such as "3".')
    return set(re.findall(rf"\*|{TAG}", text))


def _stale(version: int | None) -> str:
    if version is None:
        return "Rows of this kind have no versions."
    return f"The row is at version {version} now: read it again, then decide."
