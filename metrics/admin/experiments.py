"""An experiment's page: whether its arms are as they should be, and which sells better."""

from accounts.models import Experiment
from config.admin import asof
from config.admin.panels import panel
from metrics.admin.sources import sources
from metrics.answering import NEEDS, ask

CODE = "experiment-results"


@panel(
    "accounts.experiment",
    title="What it shows",
    template="metrics/experiment.html",
    permission=NEEDS,
    rank=25,
    above=True,
)
def shows(request, experiment: Experiment) -> dict | None:
    """Customers, not offers: the arms with their rates, the difference, and what to doubt."""
    on = asof.day(request)[0]
    answer = ask(CODE, actor=request.user, on=on, experiment=experiment.code)
    if not answer["rows"]:
        return None
    names = dict(experiment.variants.values_list("code", "name"))
    return {
        "on": on,
        "rows": [{**row, "name": names.get(row["variant"])} for row in answer["rows"]],
        "compared": [
            {**each, "name": names.get(each["variant"]), "other": names.get(each["against"])}
            for each in answer["comparisons"]
        ],
        "sample_ratio_p": answer["sample_ratio_p"],
        "in_two_arms": answer["in_two_arms"],
        "warnings": answer["warnings"],
        "source": sources(CODE, on=on),
    }
