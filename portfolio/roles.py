"""When the role of a product changes, somebody says why."""

from config.errors import DomainError
from portfolio.models import Product


class RoleNeedsReason(DomainError):
    code = "change_reason_required"


def check_role_change(*, product: Product, role: str | None, reason: str) -> None:
    """Raises RoleNeedsReason when a role that was decided becomes another one without a reason.

    `product` is as it is stored. To decide a role for the first time needs none.
    """
    if product.role and product.role != role and not reason:
        raise RoleNeedsReason(
            f"{product} is {product.get_role_display().split(':')[0].lower()} until now: say why "
            "its role changes. The reason is kept in its history."
        )
