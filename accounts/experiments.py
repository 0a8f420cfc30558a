"""Which variant of an experiment an account gets: always the same, everywhere."""

import hashlib
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.models import Account, Experiment, Variant
from config.errors import DomainError

WHOLE = 100


class WeightsDoNotAddUp(DomainError):
    code = "weights_do_not_add_up"


def place_of(*, salt: str, account: str) -> int:
    """Where an account's code falls among 100 places: from the first 64 bits of SHA-256.

    Of salt, a zero byte, and code, all UTF-8; nothing of it depends on process, machine or release.
    """
    digest = hashlib.sha256(f"{salt}\0{account}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * WHOLE >> 64


def variant_of(*, experiment: Experiment, account: Account) -> Variant:
    """The variant that the account gets: weights are laid out by rank over the 100 places."""
    place = place_of(salt=experiment.salt, account=account.code)
    reached = 0
    for variant in experiment.variants.order_by("rank"):
        reached += variant.weight
        if place < reached:
            return variant
    raise AssertionError("the database has seen to it that weights add up to 100")


def assigned(*, account: Account, motion: str, on: date) -> Variant | None:
    """The variant of the motion's experiment that runs on the day; None without one."""
    experiment = Experiment.objects.running(motion=motion, on=on).first()
    return experiment and variant_of(experiment=experiment, account=account)


@transaction.atomic
def begin(*, experiment: Experiment, variants: Sequence[Variant]) -> Experiment:
    """Add an experiment with its variants, in the order in which their weights are laid out.

    Raises WeightsDoNotAddUp unless these come to 100, ValidationError for what a row refuses.
    """
    check_weights([variant.weight for variant in variants])
    experiment.salt = experiment.salt or experiment.code
    experiment.full_clean()
    experiment.save()
    for rank, variant in enumerate(variants, start=1):
        variant.experiment, variant.rank = experiment, rank
        variant.full_clean()
        variant.save()
    return experiment


def check_weights(weights: Sequence[int]) -> None:
    """Raises WeightsDoNotAddUp unless they come to 100."""
    if sum(weights) != WHOLE:
        raise WeightsDoNotAddUp(
            f"The weights of the variants add up to {sum(weights)}, not to {WHOLE}."
        )
