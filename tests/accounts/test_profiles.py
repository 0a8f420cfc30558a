"""Which segment and region an account belongs to, since when."""

from datetime import date

import pytest

from accounts.models import Account, AccountProfile, ProfileSource
from accounts.profiles import LaterProfile, classify
from tests.factories import AccountFactory, RegionFactory, SegmentFactory

pytestmark = pytest.mark.django_db

DAY, LATER = date(2024, 1, 1), date(2024, 6, 1)


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def smb():
    return SegmentFactory(code="smb")


@pytest.fixture
def mid():
    return SegmentFactory(code="mid")


def put(account, segment, on, region=None, **facts) -> AccountProfile:
    return classify(account=account, segment=segment, region=region, starts_on=on, **facts)


def history(account):
    return [
        (profile.segment and profile.segment.code, profile.starts_on, profile.ends_on)
        for profile in account.profiles.all()
    ]


def test_a_profile_holds_until_the_next(acme, smb, mid):
    put(acme, smb, DAY)
    put(acme, mid, LATER)

    assert history(acme) == [("smb", DAY, LATER), ("mid", LATER, None)]


def test_the_same_day_again_is_corrected_in_place(acme, smb, mid):
    first = put(acme, smb, DAY, source=ProfileSource.IMPORT)
    emea = RegionFactory(code="emea")

    second = put(acme, mid, DAY, emea)

    assert (second.pk, second.source, second.region) == (first.pk, "manual", emea)
    assert history(acme) == [("mid", DAY, None)]


def test_history_is_written_in_order(acme, smb, mid):
    put(acme, smb, LATER)

    with pytest.raises(LaterProfile, match="has a profile from 2024-06-01 on already"):
        put(acme, mid, DAY)
    assert history(acme) == [("smb", LATER, None)]


def test_an_account_can_be_without_a_segment_again(acme, smb):
    put(acme, smb, DAY)
    put(acme, None, LATER)

    assert history(acme) == [("smb", DAY, LATER), (None, LATER, None)]


def test_after_a_gap_history_goes_on(acme, smb, mid):
    AccountProfile.objects.create(
        account=acme, segment=smb, starts_on=DAY, ends_on=date(2024, 3, 1)
    )

    put(acme, mid, LATER)

    assert history(acme) == [("smb", DAY, date(2024, 3, 1)), ("mid", LATER, None)]


def test_accounts_are_found_by_the_segment_of_a_day(acme, smb, mid):
    put(acme, smb, DAY)
    put(acme, mid, LATER)

    def found(on, **criteria):
        return list(Account.objects.classified(on=on, **criteria))

    assert found(date(2024, 5, 31), segment="smb") == found(LATER, segment="mid") == [acme]
    assert found(LATER, segment="smb") == found(date(2023, 12, 31), segment="smb") == []
