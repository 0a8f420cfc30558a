"""Who pursues an opportunity: the one question that is asked of whoever assigns owners."""

from datetime import date

from accounts.models import Account, Assignment, Member, OwnerRole
from config.access.models import User
from portfolio.models import Product

ORDER = (
    OwnerRole.AM,
    OwnerRole.AE,
    OwnerRole.CSM,
    OwnerRole.SPECIALIST,
    OwnerRole.PRODUCT_LED_QUEUE,
)


def owner_for(*, account: Account, product: Product | None, on: date) -> Member | None:
    """Who owns the product at the account on the day, else the account itself.

    Of several owners the account manager goes first, then who sells, then who looks after it.
    """
    owners = Assignment.objects.in_force(on=on).filter(account=account).select_related("member")
    found = [each for each in owners if each.product_id in (None, product and product.pk)]
    found.sort(key=lambda each: (each.product_id is None, ORDER.index(each.role), each.pk))
    return found[0].member if found else None


def member_of(user: User | None, *, on: date) -> Member | None:
    """The membership in which somebody acts on the day, if they have one."""
    if user is None:
        return None
    return Member.objects.in_force(on=on).filter(user=user.pk).order_by("pk").first()
