"""What became of the customers of each owner, growth beside loss."""

import numpy as np

from metrics.inputs.owned import OWNED, Book, Books
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import doubts, nobody_paid, ratio_interval

NOTE = "No ranking: books differ in customers, and most intervals overlap."


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=OWNED,
    parameters=("min_support",),
    chart="share",
    formula="closing / opening revenue of the customers that somebody owns at the opening",
)
def owner_book(books: Books, question: Question) -> Answer:
    """The customers of each owner of the opening day: opening and closing revenue, net and gross
    retention, expansion and new customers side by side, and the share of new customers in what
    was won. Growth is never told without loss, and owners are in the order of their numbers, not
    of their figures: their customers differ, and few of them are too few to compare. Who began to
    pay in the period counts for the owner of that day. A customer with owners in several roles is
    in each one's book, and once in the whole; those who look after one product own no customer."""
    whole, level = books.whole, question.scope.level
    rows = [_row(owner, book, question) for owner, book in books.of_owners.items()]
    if not whole.customers:
        return Answer(
            None, 0, 0, 0, warnings=[nobody_paid(question)], members={"note": NOTE}, rows=rows
        )
    closing, opening = whole.pair
    few = sum(row["accounts"] < question.min_support for row in rows)
    warnings = doubts(opening, whole.customers)
    if few:
        detail = f"{few} owners had fewer than {question.min_support} customers at the opening."
        warnings.append(Warn("INSUFFICIENT_SUPPORT", detail))
    return Answer(
        float(closing.sum() / opening.sum()),
        round(closing.sum()),
        round(opening.sum()),
        whole.customers,
        ratio_interval(closing, opening, whole.customers, level),
        warnings,
        {"note": NOTE},
        rows,
    )


def _row(owner: int, book: Book, question: Question) -> dict:
    closing, opening = book.pair
    paid, new, expansion = opening.sum(), round(book.new.sum()), round(book.expansion.sum())
    interval = ratio_interval(closing, opening, book.customers, question.scope.level)
    return {
        "owner": owner,
        "accounts": book.customers,
        "opening": round(paid),
        "closing": round(closing.sum()),
        "nrr": float(closing.sum() / paid) if paid else None,
        "nrr_low": interval and interval.low,
        "nrr_high": interval and interval.high,
        "grr": float(np.minimum(opening, closing).sum() / paid) if paid else None,
        "expansion": expansion,
        "new": new,
        "new_logo_share": new / (new + expansion) if new + expansion else None,
    }
