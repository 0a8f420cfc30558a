"""Versions of playbooks: drafted, published, never edited after."""

from django.db import transaction
from django.db.models import Max

from accounts.models import Objection, Playbook, PlaybookState, PlaybookStep
from config.errors import DomainError
from config.outbox.events import Change, tell


class NoSteps(DomainError):
    code = "no_steps"


class AlreadyPublished(DomainError):
    code = "already_published"


class DraftThere(DomainError):
    code = "draft_there"


def next_number(motion: str) -> int:
    """The number that the next version for a motion gets."""
    last = Playbook.objects.filter(motion=motion).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def publish(*, playbook: Playbook) -> Playbook:
    """Let opportunities that are opened from now on use this version; others keep theirs.

    Raises AlreadyPublished, and NoSteps for one that says nothing to do.
    """
    playbook = Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    if playbook.state == PlaybookState.PUBLISHED:
        raise AlreadyPublished(f"{playbook} is published already.")
    if not playbook.steps.exists():
        raise NoSteps(f"{playbook} has no steps: say what is to be done at each stage first.")
    playbook.state = PlaybookState.PUBLISHED
    playbook.save(update_fields=["state"])
    playbook.refresh_from_db()
    tell(playbook, Change.CHANGED)
    return playbook


@transaction.atomic
def draft_next(*, playbook: Playbook) -> Playbook:
    """A draft of the next version that says what this one says, to be changed.

    Raises DraftThere where the motion has a draft already.
    """
    others = Playbook.objects.select_for_update(no_key=True).filter(motion=playbook.motion)
    draft = next((one for one in others if one.state == PlaybookState.DRAFT), None)
    if draft:
        raise DraftThere(f"{draft} is a draft already: change that one.")
    following = Playbook.objects.create(
        motion=playbook.motion,
        number=next_number(playbook.motion),
        name=playbook.name,
        message=playbook.message,
        success=playbook.success,
    )
    for part in (*playbook.steps.all(), *playbook.objections.all()):
        _copy(part, following)
    tell(following, Change.ADDED)
    return following


def _copy(part: PlaybookStep | Objection, following: Playbook) -> None:
    part.pk, part.playbook = None, following
    part._state.adding = True
    part.save()
