"""The figures that judgements of customers start with; all editable."""

from portfolio.thresholds import thresholds

FIGURES = [
    thresholds(
        "Default of Portico: set it to what your own figures show.",
        {
            "health-red": "40",
            "health-green": "70",
            "health-fresh-days": "30",
            "usage-fresh-days": "30",
            "trial-repeat-months": "12",
            "survey-days-of-use": "30",
        },
    ),
    thresholds("Default of Portico: four fifths of a limit.", {"usage-approaching": "0.8"}),
    thresholds("Default of Portico: nine tenths of a limit.", {"usage-urgent": "0.9"}),
    thresholds(
        "Default of Portico: nothing dictates it.",
        {
            "opportunity-cooldown-days": "90",
            "opportunity-adoption-days": "90",
            "exposure-gap-days": "90",
        },
    ),
    thresholds(
        "A default of ours: nothing dictates it.",
        {
            "policy-approval-days": "7",
            "policy-changed-share": "0.01",
            "policy-steep-uplift": "0.3",
        },
    ),
    thresholds(
        "Default of Portico: set it to what your own wins and losses show.",
        {
            "readiness-weight-adoption": "0.3",
            "readiness-weight-workflow": "0.2",
            "readiness-weight-team": "0.2",
            "readiness-weight-integration": "0.15",
            "readiness-weight-adjacent": "0.15",
            "readiness-days": "90",
            "readiness-full-workflow": "10",
            "readiness-full-events": "3",
        },
    ),
]
