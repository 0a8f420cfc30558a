"""How Larkfield's products belong together: who uses them, what for, what comes first."""

from typing import NamedTuple

from portfolio.models import Depth, IntegrationStatus, Question, SequenceKind

PERSONAS = {
    "sales-rep": ("Sales representative", "Has deals to close and little time to type."),
    "sales-lead": ("Sales leader", "Answers for the forecast."),
    "support-agent": ("Support agent", "Answers customers all day."),
    "support-lead": ("Support leader", "Answers for how quickly and how well."),
    "marketer": ("Marketer", "Finds who might buy, and keeps them interested."),
    "revenue-ops": ("Revenue operations", "Keeps data and processes of all of them in order."),
    "data-engineer": ("Data engineer", "Brings data from everywhere into one shape."),
}
NEEDS = {
    "know-the-customer": ("Know every customer", "One record of who they are and what was said."),
    "close-deals": ("Close deals faster", "From first talk to signature without waiting."),
    "find-buyers": ("Find new buyers", "Whom to talk to next, and about what."),
    "answer-requests": ("Answer requests", "Every question from every channel, once and well."),
    "prevent-requests": ("Prevent requests", "Customers help themselves."),
    "reach-people": ("Reach people", "The right message to the right people."),
    "see-what-works": ("See what works", "Figures that people trust enough to act on."),
}
# Of each product: who works with it, and what customers want to get done with it.
PURPOSES = {
    "crm": (
        ("sales-rep", "sales-lead", "revenue-ops"),
        ("know-the-customer", "close-deals"),
    ),
    "desk": (("support-agent", "support-lead"), ("know-the-customer", "answer-requests")),
    "campaigns": (("marketer", "revenue-ops"), ("find-buyers", "reach-people")),
    "answers": (("support-agent", "support-lead"), ("answer-requests", "prevent-requests")),
    "insights": (
        ("sales-lead", "support-lead", "revenue-ops"),
        ("see-what-works", "know-the-customer"),
    ),
    "prospect": (("sales-rep", "marketer"), ("find-buyers", "close-deals")),
    "voice": (("sales-rep", "support-agent"), ("answer-requests", "close-deals")),
    "meet": (("sales-rep",), ("close-deals",)),
    "quotes": (("sales-rep", "sales-lead", "revenue-ops"), ("close-deals",)),
    "data-platform": (("data-engineer", "revenue-ops"), ("know-the-customer", "see-what-works")),
    "signet": (("sales-rep",), ("close-deals",)),
    "mailroom": (("marketer",), ("reach-people",)),
}


class DemoIntegration(NamedTuple):
    """How deeply two products work together, and why a customer should have both."""

    pair: tuple[str, str]
    depth: Depth
    why: str = ""
    status: IntegrationStatus = IntegrationStatus.LIVE
    shares_data: bool = True
    syncs_workflow: bool = False


INTEGRATIONS = (
    DemoIntegration(
        ("crm", "desk"),
        Depth.DEEP,
        "Sales sees every open request before the renewal call; support knows who is worth a call.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("crm", "campaigns"),
        Depth.DEEP,
        "Marketing stops writing to people who are in a deal; every reply reaches their seller.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("crm", "quotes"),
        Depth.DEEP,
        "A won deal is a quote already: nobody types prices twice, nobody waits for approval.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("crm", "prospect"),
        Depth.DEEP,
        "A list of companies becomes calls that are made: each lead lands with its owner.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("crm", "meet"),
        Depth.SURFACE,
        "Customers book the next step themselves, and the deal knows of it.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("crm", "voice"),
        Depth.SURFACE,
        "Every call is beside the deal it was about.",
    ),
    DemoIntegration(("crm", "insights"), Depth.SURFACE, "A forecast out of what sellers do."),
    DemoIntegration(
        ("crm", "data-platform"),
        Depth.DEEP,
        "One record of the customer, whichever system wrote it last.",
    ),
    DemoIntegration(
        ("desk", "answers"),
        Depth.DEEP,
        "An answer that helped once closes the next hundred requests before they are opened.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("desk", "voice"),
        Depth.DEEP,
        "A call is a request like any other, with the customer's whole story on the screen.",
        syncs_workflow=True,
    ),
    DemoIntegration(("desk", "insights"), Depth.SURFACE),
    DemoIntegration(
        ("desk", "data-platform"), Depth.DEEP, status=IntegrationStatus.PLANNED, shares_data=False
    ),
    DemoIntegration(
        ("quotes", "signet"),
        Depth.SURFACE,
        "Sent, signed and filed in an afternoon.",
        syncs_workflow=True,
    ),
    DemoIntegration(
        ("insights", "data-platform"),
        Depth.DEEP,
        "Reports over everything, and not only over what we sell.",
    ),
    DemoIntegration(("campaigns", "prospect"), Depth.SURFACE),
    DemoIntegration(("campaigns", "mailroom"), Depth.SURFACE, status=IntegrationStatus.RETIRED),
)

WORKFLOWS = (
    ("prospect", "crm", "A company worth calling becomes a lead."),
    ("campaigns", "crm", "A reply becomes a lead with its story."),
    ("meet", "crm", "A booked meeting becomes the deal's next step."),
    ("crm", "quotes", "A deal that is agreed becomes a quote."),
    ("quotes", "signet", "An approved quote goes out for signature."),
    ("desk", "crm", "A request that asks for more becomes a deal."),
    ("voice", "desk", "A call becomes a request."),
    ("desk", "answers", "A good reply becomes an article."),
    ("crm", "campaigns", "Customers without a talk for a while get a campaign."),
)
SEQUENCES = (
    ("crm", "quotes", SequenceKind.REQUIRES, None),
    ("crm", "prospect", SequenceKind.RECOMMENDED, None),
    ("crm", "campaigns", SequenceKind.RECOMMENDED, None),
    ("desk", "answers", SequenceKind.REQUIRES, None),
    ("quotes", "signet", SequenceKind.RECOMMENDED, "0.4"),
    ("crm", "insights", SequenceKind.RECOMMENDED, None),
    ("desk", "insights", SequenceKind.RECOMMENDED, None),
    ("insights", "data-platform", SequenceKind.RECOMMENDED, "0.7"),
)
JUDGEMENTS = (
    (
        ("desk", "voice"),
        Question.PERSONAS,
        "0.9",
        "Sellers use Voice too, but where Desk is, nine in ten calls are answered by its agents.",
    ),
    (
        ("crm", "meet"),
        Question.NEEDS,
        "0.8",
        "A booked meeting is how most deals begin; the list of needs says less than that.",
    ),
)
