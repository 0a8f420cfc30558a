"""What a policy would do, told beside its form while that is filled in."""

from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.admin.policy_outlook import WORDS, book
from accounts.grandfathering.outcome import AHEAD, Outcome
from accounts.grandfathering.trying import Trial, tried
from accounts.models import Account
from config.access.scoping import visible
from config.admin.formatting import money
from config.admin.forms import ModelForm
from config.admin.standalone import page
from pricing.models import GrandfatheringPolicy

EXAMPLES = 5


@page(
    "policy-trial/",
    name="policy_try",
    permission="pricing.change_grandfatheringpolicy",
    posted=True,
)
def try_policy(request: HttpRequest) -> HttpResponse:
    """A piece of a page: what the form as it is sent would do to customers, or what it lacks.

    The policy is written with its scope, tried, and taken back: nothing of it stays.
    """
    form = _form(request)
    if not form.is_valid():
        lacks = [form.fields[name].label or name for name in form.errors if name in form.fields]
        context = {"lacks": lacks, "problems": form.non_field_errors()}
        return render(request, "accounts/policy_trial.html", context)
    with transaction.atomic():
        policy = form.save(commit=False)
        policy.author_id = policy.author_id or request.user.pk
        policy.save()
        form.save_m2m()
        found = tried(policy)
        context = _told(request, found)
        transaction.set_rollback(True)
    return render(request, "accounts/policy_trial.html", context)


def _form(request: HttpRequest) -> ModelForm:
    written, number = admin.site.get_model_admin(GrandfatheringPolicy), request.POST.get("policy")
    policy = written.get_object(request, number) if number else None
    if number and (policy is None or not policy.is_open):
        raise Http404
    form = written.get_form(request, policy, change=policy is not None)
    return form(request.POST, instance=policy)


def _told(request: HttpRequest, found: Trial) -> dict:
    totals = found.totals
    shown = found.outcomes[:EXAMPLES]
    seen = visible(
        Account.objects.filter(pk__in=[each.line.account_id for each in shown]), request.user
    )
    names = {account.pk: str(account) for account in seen}
    return {
        "covered": found.covered,
        "totals": totals,
        "statuses": [(WORDS[name], n) for name, n in totals["statuses"].items()],
        "books": [book(each) for each in totals["money"]],
        "ahead": range(1, AHEAD + 1),
        "examples": [
            _example(each, names[each.line.account_id])
            for each in shown
            if each.line.account_id in names
        ],
    }


def _example(outcome: Outcome, name: str) -> dict:
    line = outcome.line
    currency = line.subscription.currency
    days, amounts = outcome.policy.shown
    return {
        "account": name,
        "plan": line.bundle_plan or line.plan,
        "status": WORDS[outcome.status],
        "amount": money(outcome.amount, currency),
        "steps": [(day, money(paid, currency)) for day, paid in zip(days, amounts, strict=True)],
    }
