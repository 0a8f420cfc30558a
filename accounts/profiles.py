"""Which segment and region an account belongs to, since when."""

from datetime import date

from accounts.events import account_classified
from accounts.ledger import recording
from accounts.models import Account, AccountProfile, ProfileSource
from config.errors import DomainError
from portfolio.models import Region, Segment


class LaterProfile(DomainError):
    code = "later_profile"


def classify(
    *,
    account: Account,
    segment: Segment | None,
    region: Region | None,
    starts_on: date,
    source: ProfileSource = ProfileSource.MANUAL,
) -> AccountProfile:
    """Put an account into a segment and a region from a day on; what was before stays history.

    Raises LaterProfile when the account has a profile that begins after this day: history is
    written in order.
    """
    with recording(account.pk):
        profiles = AccountProfile.objects.filter(account=account)
        later = profiles.filter(starts_on__gt=starts_on).first()
        if later:
            raise LaterProfile(f"{account} has a profile from {later.starts_on} on already.")
        current = profiles.in_force(on=starts_on).first()
        if current and current.starts_on == starts_on:
            profile = current
            profile.segment, profile.region, profile.source = segment, region, source
        else:
            if current:
                current.ends_on = starts_on
                current.save(update_fields=["ends_on"])
            profile = AccountProfile(
                account=account, segment=segment, region=region, starts_on=starts_on, source=source
            )
        profile.full_clean()
        profile.save()
        account_classified(profile)
    return profile
