"""The names of people whom answers tell by number."""

from accounts.models import Member
from config.access.models import User

WHO = {"owner": User.objects.all(), "member": Member.objects.select_related("user", "team")}


def with_names(lines: list[dict]) -> list[dict]:
    """The lines of a table with the names that people have now; a query for each column of them."""
    for column, people in WHO.items():
        numbers = {line[column] for line in lines if isinstance(line.get(column), int)}
        if numbers:
            names = {each.pk: str(each) for each in people.filter(pk__in=numbers)}
            for line in lines:
                line[column] = names.get(line.get(column), line.get(column))
    return lines
