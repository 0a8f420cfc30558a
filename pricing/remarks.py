"""What the maker of a catalog, or whoever sells from it, should look at."""

from dataclasses import dataclass

from pricing.models import Feature, Plan


@dataclass(frozen=True)
class Remark:
    """Something worth a look: a code for programs, a sentence for people, and what it is about."""

    code: str
    sentence: str
    plans: tuple[Plan, ...]
    feature: Feature | None = None
