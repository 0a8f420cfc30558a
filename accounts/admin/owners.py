"""The account list by who looks after them."""

from django.db.models import QuerySet
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from accounts.models import Account, Assignment
from config.access.models import User
from config.access.scoping import visible

NOBODY = "nobody"


class OwnerFilter(DropdownFilter):
    """Owners today, among the accounts that one sees."""

    title = "owner"
    parameter_name = "owner"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        owned = visible(Assignment.objects.in_force(on=timezone.localdate()), request.user)
        people = User.objects.filter(pk__in=owned.values("member__user"))
        return [(NOBODY, "Nobody"), *((str(user.pk), str(user)) for user in people)]

    def queryset(self, request, accounts: QuerySet[Account]) -> QuerySet[Account]:
        today, asked = timezone.localdate(), self.value()
        if not asked:
            return accounts
        if asked == NOBODY:
            return accounts.looked_after_by_nobody(on=today)
        chosen = [pk for pk, _ in self.lookup_choices if pk == asked]
        return accounts.looked_after(on=today, member__user__in=chosen)
