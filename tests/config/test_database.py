import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import databases, owner

URL = "postgresql://ann:s%40cret@db.example.org:6432/prices?sslmode=require&application_name=p"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DEBUG"):
        monkeypatch.delenv(name, raising=False)


def test_a_url_is_taken_apart(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)

    default = databases()["default"]

    assert (default["HOST"], default["PORT"], default["NAME"]) == (
        "db.example.org",
        "6432",
        "prices",
    )
    assert (default["USER"], default["PASSWORD"]) == ("ann", "s@cret")
    assert default["OPTIONS"] == {"sslmode": "require", "application_name": "p"}


def test_a_socket_is_named_as_libpq_names_it(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///prices?host=/run/postgresql&user=ann")

    default = databases()["default"]

    assert (default["HOST"], default["USER"]) == ("/run/postgresql", "ann")


def test_without_a_url_it_is_the_embedded_server(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTICO_DATA", str(tmp_path))

    default = databases()["default"]

    assert default["HOST"].startswith("/tmp/portico-")  # noqa: S108
    assert (default["USER"], owner()["USER"]) == ("portico_app", "portico_owner")
    assert not list(tmp_path.iterdir())


def test_the_owner_has_a_url_of_its_own(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/prices")
    assert owner()["USER"] == "app"

    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://boss@db/prices")
    assert owner()["USER"] == "boss"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "0"}, "Set DATABASE_URL: with DEBUG=0"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a PostgreSQL address"),
        ({"DATABASE_URL": "postgresql://db"}, "DATABASE_URL names no database"),
        ({"DATABASE_OWNER_URL": "postgresql://db/x"}, "Set DATABASE_URL too"),
    ],
)
def test_what_cannot_work_is_said(monkeypatch, variables, sentence):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        databases()


def test_both_urls_mean_one_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/prices")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://boss@db/other")

    with pytest.raises(ImproperlyConfigured, match="different databases"):
        owner()
