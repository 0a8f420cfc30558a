"""Changing, renewing and ending a line in the admin, each looked at before it is done."""

from django.urls import reverse
from unfold.decorators import action

from accounts.admin.verbs import AlterForm, OnForm, effects, first_day
from accounts.changes import Wish, change
from accounts.renewal import renew
from accounts.subscriptions import end_line
from config.admin.decisions import DayForm, Previewed, decide


class LineVerbs:
    """What can be done with a line that is held."""

    @action(
        description="Change…",
        permissions=["accounts.change_subscriptionline"],
        icon="edit",
    )
    def alter(self, request, object_id):
        line = self.get_object_or_404(request, object_id)

        def call(*, on, charge, quantity, interval, amount):
            wish = Wish(charge=charge, quantity=quantity, interval=interval or None, amount=amount)
            return change(line=line, wish=wish, on=on)

        initial = {"on": first_day(line)}
        return self._decide(
            request,
            line,
            form=AlterForm(request.POST or None, actor=request.user, line=line, initial=initial),
            title=f"Change {line.plan}",
            meaning=f"{line.account} holds {line.plan}. What is left empty stays as it is.",
            call=call,
            done=f"{line.plan} is changed.",
        )

    @action(
        description="Renew…", permissions=["accounts.change_subscriptionline"], icon="autorenew"
    )
    def renew(self, request, object_id):
        line = self.get_object_or_404(request, object_id)
        day = line.boundary_from(first_day(line))
        return self._decide(
            request,
            line,
            form=OnForm(request.POST or None, initial={"on": day}),
            title=f"Renew {line.plan}",
            meaning=(
                "At the end of its term a line gets the terms that releases, books and versions "
                "lead to. It is done every night; here it is done for one line, or looked at."
            ),
            call=lambda on: renew(line=line, on=on),
            done=f"{line.plan} is renewed.",
        )

    @action(
        description="End this line", permissions=["accounts.change_subscriptionline"], icon="stop"
    )
    def end(self, request, object_id):
        line = self.get_object_or_404(request, object_id)
        return self._decide(
            request,
            line,
            form=DayForm(request.POST or None),
            title=f"End {line.plan}",
            meaning=(
                f"{line.account} holds {line.plan} since {line.starts_on}. It will not be held "
                "from the day you name. A day on or before its start means it never was."
            ),
            call=lambda on: end_line(line=line, on=on),
            done=f"{line.plan} is ended.",
        )

    def _decide(self, request, line, **what):
        back = reverse("admin:accounts_subscription_change", args=[line.subscription_id])
        call = Previewed(what.pop("call"), effects(line.subscription))
        return decide(self, request, back=back, call=call, **what)
