"""Who works at the demo's company: one person for each role, all with the same password."""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from config.access.models import User
from config.access.roles import write_groups

PASSWORD = "portico-demo"  # noqa: S105  (printed for everybody; metrics.demo.checks refuses it)


class Persona(NamedTuple):
    """Somebody to sign in as; without a role, an administrator."""

    role: str | None
    name: str
    login: str
    does: str

    @property
    def email(self) -> str:
        return f"{self.login}@larkfield.example"


PERSONAS = (
    Persona(None, "Ada Quist", "admin", "administrator: may do everything"),
    Persona("product_ops", "Priya Nandor", "product", "curates products, tiers and markets"),
    Persona("finance_preparer", "Felix Oram", "preparer", "prepares prices"),
    Persona("finance_approver", "Greta Vail", "approver", "approves prices"),
    Persona("revops", "Rosa Tello", "revops", "keeps customers and who looks after them"),
    Persona("sales", "Sam Okiro", "sales", "sells to own accounts"),
    Persona("csm", "Chiara Benn", "csm", "looks after own accounts"),
    Persona("sales_manager", "Marten Ruiz", "manager", "leads a team that sells"),
    Persona("user_admin", "Uma Castell", "people", "adds people and keys"),
    Persona("integrator", "Ines Falk", "integrator", "sends events to other systems"),
    Persona("auditor", "Anselm Roy", "auditor", "sees everything, changes nothing"),
    Persona("viewer", "Vera Lindqvist", "viewer", "sees what everybody may see"),
)


@transaction.atomic
def make_people() -> int:
    """Add the people who are missing, each with a role; returns how many those were.

    Whoever is there already stays as they are, with the password they have.
    """
    write_groups()
    known = set(User.objects.values_list("email", flat=True))
    missing = [persona for persona in PERSONAS if persona.email not in known]
    if not missing:
        return 0
    # Hashed once for all: hashing is slow on purpose, and this password is no secret.
    password = make_password(PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    for persona in missing:
        user = User(
            email=persona.email,
            name=persona.name,
            password=password,
            is_staff=True,
            is_superuser=persona.role is None,
        )
        user.full_clean()
        user.save()
        if persona.role:
            user.groups.add(groups[persona.role])
    return len(missing)
