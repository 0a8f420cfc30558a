"""Offers of a book: opportunities that were pursued elsewhere."""

from datetime import date

import pytest

from accounts.importing import Refused
from accounts.models import Experiment, Opportunity
from tests.factories.books import import_files, words, write

pytestmark = pytest.mark.django_db

HEADER = [
    "offer_id",
    "account_id",
    "motion",
    "variant",
    "offered_at",
    "decided_at",
    "outcome",
    "mrr_delta_cents",
]
ACCOUNTS = ["account_id", "segment", "region", "created"]
BOOK = """
o-1 acme tier_upsell a 2024-01-10 2024-02-10 won 1500
o-2 acme tier_upsell b 2024-01-11 2024-02-11 lost 900
o-3 beta adjacent_cross_sell - 2024-01-12 - open 700
o-4 beta adjacent_cross_sell a 2024-01-12 - open -
"""


@pytest.fixture
def bring(tmp_path):
    accounts = words("acme smb emea 2023-01-01\nbeta smb emea 2023-01-01")
    files = {"accounts": write(tmp_path / "accounts.csv", ACCOUNTS, accounts)}

    def imported(text: str, **options):
        offers = write(tmp_path / "offers.csv", HEADER, words(text))
        return import_files(**files, offers=offers, **options)

    return imported


def held() -> list[tuple]:
    names = ("code", "motion", "variant__code", "stage", "opened_on", "decided_on", "expected_mrr")
    return list(Opportunity.objects.order_by("code").values_list(*names))


def test_offers_become_opportunities_with_what_became_of_them(bring):
    counts = bring(BOOK).counts

    assert held() == [
        ("o-1", "tier_upsell", "a", "won", date(2024, 1, 10), date(2024, 2, 10), 1500),
        ("o-2", "tier_upsell", "b", "lost", date(2024, 1, 11), date(2024, 2, 11), 900),
        ("o-3", "adjacent_cross_sell", None, "identified", date(2024, 1, 12), None, 700),
        ("o-4", "adjacent_cross_sell", "a", "identified", date(2024, 1, 12), None, None),
    ]
    assert (counts["offers_created"], counts["variants_created"]) == (4, 3)
    assert Opportunity.objects.get(code="o-2").transitions.get().to_stage == "lost"


def test_variants_join_one_experiment_for_each_motion(bring):
    bring(BOOK)

    found = {e.code: [v.code for v in e.variants.all()] for e in Experiment.objects.all()}
    assert found == {"imported-tier_upsell": ["a", "b"], "imported-adjacent_cross_sell": ["a"]}
    assert not Experiment.objects.running(motion="tier_upsell", on=date(2024, 6, 1)).exists()


def test_the_same_offers_again_change_nothing(bring):
    bring(BOOK)
    before = held()

    again = bring(BOOK).counts

    assert (held(), again["offers_created"], again["offers_unchanged"]) == (before, 0, 4)


def test_what_was_open_is_decided(bring):
    bring(BOOK)

    counts = bring("o-3 beta adjacent_cross_sell - 2024-01-12 2024-03-01 won 800").counts

    row = Opportunity.objects.get(code="o-3")
    assert (counts["offers_ended"], row.stage, row.expected_mrr) == (1, "won", 800)
    assert [step.to_stage for step in row.transitions.all()] == ["identified", "won"]


def test_what_is_decided_stays_unless_it_is_corrected(bring):
    bring(BOOK)
    otherwise = "o-1 acme tier_upsell a 2024-01-10 2024-02-10 lost 1500"

    with pytest.raises(Refused) as refused:
        bring(otherwise)
    assert refused.value.report.problems[0].code == "changed_offer"
    bring(otherwise, correct=True)
    assert Opportunity.objects.get(code="o-1").stage == "lost"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("o-1 nobody tier_upsell a 2024-01-10 - open 1", "account_id", "unknown_account"),
        ("o-1 acme upsell a 2024-01-10 - open 1", "motion", "unknown_word"),
        ("o-1 acme tier_upsell a 2024-01-10 - maybe 1", "outcome", "unknown_word"),
        ("o-1 acme tier_upsell a 2024-01-10 - won 1", "outcome", "undated_outcome"),
        ("o-1 acme tier_upsell a 2024-01-10 2024-02-01 open 1", "outcome", "undated_outcome"),
        ("o-1 acme tier_upsell a 2024-01-10 2024-01-01 won 1", "decided_at", "decided_before"),
        ("o-1 acme tier_upsell a 2024-01-10 - open 1.5", "mrr_delta_cents", "unreadable_number"),
        ("o-1 acme tier_upsell a 2024-13-10 - open 1", "offered_at", "unreadable_date"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(row, column, code, bring):
    with pytest.raises(Refused) as refused:
        bring(row)

    (problem,) = refused.value.report.problems
    assert (problem.row, problem.column, problem.code) == (2, column, code)
    assert not Opportunity.objects.exists()


def test_an_offer_twice_in_the_file_is_refused(bring):
    row = "o-1 acme tier_upsell a 2024-01-10 - open 1\n"

    with pytest.raises(Refused):
        bring(row * 2)
