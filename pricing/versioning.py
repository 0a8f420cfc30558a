"""Putting a drafted version of a plan in force."""

from datetime import date

from django.db import transaction
from django.db.models import Max, QuerySet

from config.errors import DomainError
from config.outbox.events import Change, tell
from pricing.bundles import Source, compose, items_of
from pricing.dearer import refuse_dearer, wait_for_others
from pricing.events import version_published
from pricing.models import COMPOSITE, BundleItem, Plan, PlanKind, PlanVersion, VersionState


class AlreadyPublished(DomainError):
    code = "already_published"


class NoTreatment(DomainError):
    code = "no_treatment"


class DayTaken(DomainError):
    code = "day_taken"


class EmptyBundle(DomainError):
    code = "empty_bundle"


@transaction.atomic
def publish(*, version: PlanVersion, existing_treatment: str | None = None) -> PlanVersion:
    """Put a draft in force from its first day on, with what happens to existing customers.

    The version in force until then ends on that day; the new one ends where a later one begins.
    A platform's version is given every product that it contains on its first day. Afterwards
    neither the version nor what it grants changes. Raises AlreadyPublished, NoTreatment when
    neither the draft nor the call says what happens, DayTaken when another one begins on the
    same day, EmptyBundle for a bundle without components, DearerThanItsParts for one that costs
    more than what is in it.
    """
    lock(version.plan)
    version = PlanVersion.objects.select_related("plan").get(pk=version.pk)
    if version.state == VersionState.PUBLISHED:
        raise AlreadyPublished(f"{version} is published since {version.starts_on} already.")
    version.existing_treatment = existing_treatment or version.existing_treatment
    if not version.existing_treatment:
        raise NoTreatment("Say what happens to existing customers before publishing.")
    _compose(version)
    others = PlanVersion.objects.filter(plan=version.plan, state=VersionState.PUBLISHED)
    _make_room(version, others)
    version.state = VersionState.PUBLISHED
    version.full_clean()
    version.save()
    if version.plan.kind in COMPOSITE:
        wait_for_others()
        refuse_dearer(version)
    tell(version, Change.CHANGED)
    version_published(version)
    return version


def lock(plan: Plan) -> None:
    """Let decisions about the versions of one plan wait for one another."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def _make_room(version: PlanVersion, others: QuerySet[PlanVersion]) -> None:
    """End the version in force where this one begins, and this one where a later one does."""
    current = others.in_force(on=version.starts_on).first()
    if current and current.starts_on == version.starts_on:
        raise DayTaken(f"{current} begins on {current.starts_on} already.")
    if current:
        current.ends_on = version.starts_on
        current.save(update_fields=["ends_on"])
        tell(current, Change.CHANGED)
    later = others.filter(starts_on__gt=version.starts_on).order_by("starts_on").first()
    if later and (version.ends_on is None or version.ends_on > later.starts_on):
        version.ends_on = later.starts_on


def _compose(version: PlanVersion) -> None:
    plan, items = version.plan, items_of(version)
    if plan.kind == PlanKind.BUNDLE and not items:
        raise EmptyBundle(f"{version} has no components: nobody would get anything.")
    if plan.kind != PlanKind.PLATFORM:
        return
    found = compose(plan=plan, version=version, items=items, on=version.starts_on)
    known = {item.plan_id for item in items}
    for member in found.members:
        if member.source is Source.HIGHEST_PUBLIC_TIER and member.plan.pk not in known:
            BundleItem.objects.create(plan_version=version, plan=member.plan, is_composed=True)


@transaction.atomic
def draft_next(*, version: PlanVersion, starts_on: date) -> PlanVersion:
    """Draft the plan's next version from a day on, with everything that this one grants.

    Components that nobody named, because the rule of platforms gave them, are found anew when
    the draft is published. What happens to existing customers is asked anew.
    """
    lock(version.plan)
    numbers = PlanVersion.objects.filter(plan=version.plan_id).aggregate(last=Max("number"))
    draft = PlanVersion(plan=version.plan, number=numbers["last"] + 1, starts_on=starts_on)
    draft.full_clean()
    draft.save()
    tell(draft, Change.ADDED)
    for rows in (version.entitlements.all(), version.items.filter(is_composed=False)):
        for row in rows:
            row.pk, row._state.adding, row.version = None, True, 1
            row.plan_version = draft
            row.save()
            tell(row, Change.ADDED)
    return draft
