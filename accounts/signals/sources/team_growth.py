"""The customer's team grows."""

from datetime import date
from decimal import Decimal

from accounts.signals.source import Family, Question, Rule, source
from accounts.signals.sources.behaviour import done


@source(family=Family.TIME, threshold=Decimal(1), days=30)
def team_growth(rule: Rule, on: date) -> Question:
    """The team grows: other systems told so at least so many times within so many days."""
    return done(rule, "team_growth", on)
