from decimal import Decimal

import pytest
from rest_framework.exceptions import ValidationError

from config.api import fields
from config.api.fields import IntegerField, canonical, decimal_of
from config.api.money import MoneyField, written
from config.api.parsing import parse
from config.api.problems import Refusal
from config.api.serializers import Query
from tests.config.door import Everything


def reads(name: str, value: object) -> object:
    """What the field of that name makes of the value; raises ValidationError."""
    serializer = Everything(data={name: value})
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data[name]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'[{"b": {"a": 1, "c": 2, "a": 3}}]',
        b'{"a": NaN}',
        b"[Infinity]",
        b"[1e400]",
        b"[" + b"9" * 41 + b"]",
        b'["\\u0000"]',
        b'["\\ud800"]',
        b'{"\\udfff": 1}',
        b"[" * 21 + b"]" * 21,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff",
        b"{",
        b"[1,]",
        b"01",
        b"\xef\xbb\xbf{}",
    ],
)
def test_json_that_readers_could_understand_differently_is_refused(body):
    with pytest.raises(Refusal) as refused:
        parse(body)

    assert refused.value.kind.code == "malformed"


def test_clean_json_is_read():
    assert parse(b'{"a": [1, 2.5, null, true, "\\ud83d\\ude00"]}') == {
        "a": [1, 2.5, None, True, "😀"]
    }
    assert parse(b"[" * 20 + b"]" * 20)


def test_many_keys_are_read_fast():
    names = [f'"k{number}": 1' for number in range(60_000)]
    with pytest.raises(Refusal, match="k59999"):
        parse(("{" + ",".join([*names, names[-1]]) + "}").encode())


@pytest.mark.parametrize("text", ["0", "19.99", "-1", "0.000001", "999999999999", "-0.5"])
def test_canonical_amounts_are_read(text):
    assert decimal_of(text) == Decimal(text)
    assert canonical(Decimal(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "１２",
        "-0",
        "-0.00",
        "+1",
        "1e2",
        "1E400",
        "01",
        ".5",
        "5.",
        "",
        " 1",
        "1 ",
        "1\n",
        "1,5",
        "NaN",
        "Infinity",
        "0.0000001",
        "1000000000000",
        "0x1",
    ],
)
def test_other_spellings_of_an_amount_are_not(text):
    assert decimal_of(text) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 5),
        ("text", True),
        ("text", ["a"]),
        ("text", "x" * 51),
        ("whole", "5"),
        ("whole", 5.0),
        ("whole", True),
        ("whole", 2**63),
        ("whole", -(2**70)),
        ("share", "0.5"),
        ("share", True),
        ("share", 10**400),
        ("number", 1),
        ("number", 1.5),
        ("number", "1e2"),
        ("yes", 1),
        ("yes", "true"),
        ("yes", "on"),
        ("yes", None),
        ("day", "2026-1-1"),
        ("day", "2026-02-30"),
        ("day", "２０２６-01-01"),
        ("day", "0000-01-01"),
        ("day", "20260101"),
        ("day", "2026-01-01T00:00:00Z"),
        ("day", 20260101),
        ("instant", "2026-01-01"),
        ("instant", "2026-01-01T00:00:00"),
        ("instant", "2026-01-01 00:00:00Z"),
        ("instant", "2026-01-01T00:00:00+14:01"),
        ("instant", "2026-01-01T00:00:00-99:99"),
        ("instant", "2026-01-01T24:00:00Z"),
        ("instant", "9999-12-31T23:59:59-14:00"),
        ("instant", "0001-01-01T00:00:00+14:00"),
        ("instant", 0),
        ("key", 5),
        ("choice", ["a"]),
        ("choice", "c"),
        ("price", "19.99"),
        ("price", None),
        ("price", {"amount": "19.99"}),
        ("price", {"amount": 19.99, "currency": "EUR"}),
        ("price", {"amount": 19, "currency": "EUR"}),
        ("price", {"amount": "19.999", "currency": "EUR"}),
        ("price", {"amount": "1.5", "currency": "JPY"}),
        ("price", {"amount": "1", "currency": "eur"}),
        ("price", {"amount": "1", "currency": "XXQ"}),
        ("price", {"amount": "1", "currency": ["EUR"]}),
        ("price", {"amount": "1", "currency": "EUR", "tax": "1"}),
        ("price", {"amount": "-1", "currency": "EUR"}),
    ],
)
def test_a_value_with_another_spelling_is_refused(name, value):
    with pytest.raises(ValidationError):
        reads(name, value)


def test_the_one_spelling_of_a_value_is_read():
    assert reads("whole", -(2**63) + 1)
    assert reads("share", 1) == 1.0
    assert reads("number", "1.50") == Decimal("1.50")
    assert reads("day", "2024-02-29").isoformat() == "2024-02-29"
    assert reads("instant", "2026-01-01T12:00:00+02:00").isoformat() == "2026-01-01T10:00:00+00:00"


def test_an_instant_is_written_as_it_is_read():
    field = fields.DateTimeField()
    for text in ("0001-01-02T00:00:00.000000Z", "2026-01-31T12:00:00.000001Z"):
        assert field.to_representation(field.to_internal_value(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", "Must be a day such as 2026-01-31."),
        ("9999-12-31", "Ask about a day of the years 1900 to 9000."),
    ],
)
def test_a_day_that_cannot_be_asked_about_says_why(text, said):
    class Question(Query):
        on = fields.DateField()

    question = Question(data={"on": text})

    assert not question.is_valid()
    assert question.errors["on"] == [said]


def test_a_price_is_two_columns():
    serializer = Everything(data={"price": {"amount": "12.5", "currency": "KWD"}})
    serializer.is_valid(raise_exception=True)

    assert serializer.validated_data == {"amount": Decimal("12.5"), "currency": "KWD"}


def test_a_unit_price_may_be_finer_than_the_minor_unit():
    price = MoneyField(unit_price=True)

    assert price.to_internal_value({"amount": "0.0015", "currency": "USD"})


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("19.990000", "EUR", "19.99"),
        ("19.900000", "EUR", "19.90"),
        ("20", "EUR", "20.00"),
        ("1200.000000", "JPY", "1200"),
        ("0.001500", "USD", "0.0015"),
        ("5", "KWD", "5.000"),
        ("1E+3", "USD", "1000.00"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(amount, currency, text):
    assert written(Decimal(amount), currency) == {"amount": text, "currency": currency}


def test_a_number_is_read_from_text_only_in_a_query():
    with pytest.raises(ValidationError):
        IntegerField().to_internal_value("5")


def test_a_price_may_be_absent_where_that_is_allowed():
    assert MoneyField(allow_null=True).run_validation(None) == {"amount": None}
