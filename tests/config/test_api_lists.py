from base64 import urlsafe_b64encode

import pytest

from portfolio.models import Portfolio, Product
from tests.config.hostile import TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.door")]
URL = "/api/v1/products/"


@pytest.fixture
def products():
    """Seven products that tie by name, some without a role or a day."""
    shop = Portfolio.objects.create(code="p", name="P")
    Product.objects.bulk_create(
        Product(
            code=f"p{number}",
            name="ab"[number % 2],
            portfolio=shop,
            role=[None, "anchor", "attach"][number % 3],
            available_from="2026-01-01" if number == 1 else None,
        )
        for number in range(7)
    )


def walk(client, url: str) -> tuple[list[str], str]:
    """Codes of all pages from the first on, and the last page's way back."""
    codes, previous = [], None
    while url:
        page = client.get(url).json()
        codes += [row["code"] for row in page["results"]]
        url, previous = page["next"], page["previous"]
    return codes, previous


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize(
    "ordering", ["code", "-code", "name", "-name,code", "role", "-role", "available_from,-name"]
)
def test_every_row_is_met_once_whatever_the_order_and_the_page(curator, products, limit, ordering):
    once, _ = walk(curator, f"{URL}?ordering={ordering}&limit=200")
    paged, _ = walk(curator, f"{URL}?ordering={ordering}&limit={limit}")

    assert paged == once
    assert sorted(paged) == [f"p{number}" for number in range(7)]


@pytest.mark.parametrize("ordering", ["code", "-role", "available_from,-name", "portfolio__name"])
def test_the_way_back_is_the_way_there(curator, products, ordering):
    codes, previous = walk(curator, f"{URL}?ordering={ordering}&limit=2")
    back = []
    while previous:
        page = curator.get(previous).json()
        back = [row["code"] for row in page["results"]] + back
        previous = page["previous"]

    assert back == codes[:6]


def test_rows_that_come_and_go_do_not_move_the_others(curator, products):
    first = curator.get(f"{URL}?limit=3").json()
    Product.objects.filter(code="p0").delete()
    second = curator.get(first["next"]).json()

    assert [row["code"] for row in second["results"]] == ["p3", "p4", "p5"]


def test_addresses_of_pages_are_absolute_and_keep_the_question(curator, products):
    url = curator.get(f"{URL}?limit=1&name=&role=anchor".replace("&name=", "")).json()["next"]

    assert url.startswith("http://testserver/api/v1/products/?")
    assert "role=anchor" in url


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "01", "１", "1e1", "x", "999999999999"])
def test_a_page_has_one_to_two_hundred_rows(curator, limit):
    answer = curator.get(URL, {"limit": limit})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "limit")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'[["code"],false,[]]',
        b'[["code"],false,[[]]]',
        b'[["code"],false,[null]]',
        b'[["code"],false,["\\u0000"]]',
        b'[["code"],false,["\\ud800"]]',
        b'[["name"],false,["a"]]',
        b"[" * 1500,
        b'[["code"],false,[NaN]]',
    ],
)
def test_a_cursor_that_was_made_up_is_wrong_input(curator, products, content):
    text = urlsafe_b64encode(content).decode()
    answer = curator.get(URL, {"cursor": text}) if text else curator.get(URL + "?cursor=")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or b"NaN" in content


@pytest.mark.parametrize("text", TEXTS)
def test_a_cursor_of_any_text_is_wrong_input(curator, text):
    assert curator.get(URL, {"cursor": text}).status_code == 400


def test_an_order_is_one_of_the_list(curator):
    for ordering in ("colour", "portfolio__model", "code,code,code,code,code,code", "--code", ","):
        assert curator.get(URL, {"ordering": ordering}).status_code == 400


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("portfolio=p", 7),
        ("portfolio=other", 0),
        ("role=anchor", 2),
        ("is_core=false", 7),
        ("available_from=2026-01-01", 1),
        ("available_before=2026-01-02", 1),
        ("available_before=2026-01-01", 0),
    ],
)
def test_a_list_answers_its_questions(curator, products, question, codes):
    assert len(curator.get(f"{URL}?{question}").json()["results"]) == codes


@pytest.mark.parametrize(
    "question",
    [
        "rol=anchor",
        "role=",
        "role=boss",
        "role=anchor&role=attach",
        "is_core=1",
        "is_core=TRUE",
        "available_from=2026-1-1",
        "available_from=２０２６-01-01",
        "available_from=2026-02-30",
        "portfolio=a%00b",
        "portfolio=-",
        "portfolio__name=x",
        "name__regex=x",
        "format=json",
    ],
)
def test_a_question_it_does_not_know_is_refused_not_ignored(curator, question):
    assert curator.get(f"{URL}?{question}").status_code == 400


def test_an_unknown_parameter_is_refused_on_single_rows_and_writes_too(curator, products):
    assert curator.get(f"{URL}p1/?expand=all").status_code == 400
    assert curator.delete(f"{URL}p1/?force=true").status_code == 400
    assert curator.delete(f"{URL}p1/").status_code == 204


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("on=2026-01-01", 200),
        ("on=2026-01-01&quantity=3&firm=true", 200),
        ("", 400),
        ("on=2026-1-1", 400),
        ("on=2026-01-01&quantity=03", 400),
        ("on=2026-01-01&quantity=1_0", 400),
        ("on=2026-01-01&quantity=0", 400),
        ("on=2026-01-01&firm=yes", 400),
        ("on=2026-01-01&other=1", 400),
    ],
)
def test_a_question_is_checked_like_a_body(curator, query, status):
    assert curator.get(f"/api/v1/segments/question/?{query}").status_code == status


def test_pages_cost_the_same_however_many_rows(curator, products, django_assert_num_queries):
    curator.get(URL)  # the first use of a key in a minute is noted
    for limit in (1, 7):
        with django_assert_num_queries(2):
            curator.get(f"{URL}?limit={limit}")
