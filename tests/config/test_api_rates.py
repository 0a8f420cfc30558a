import time

import pytest

from config.api.rates import take

URL = "/api/v1/segments/"


@pytest.fixture
def few(settings):
    settings.RATE_LIMIT = {"requests": 3, "seconds": 3600}


@pytest.mark.django_db
def test_a_client_is_told_what_it_has_left(few, program):
    client = program("viewer")
    answers = [client.get(URL) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    last = answers[-1]
    assert last.json()["code"] == "throttled"
    assert 0 < int(last["Retry-After"]) <= 3600
    assert abs(int(last["RateLimit-Reset"]) - int(last["Retry-After"])) <= 1


@pytest.mark.django_db
def test_each_client_has_a_share_of_its_own(few, program):
    greedy, modest = program("viewer"), program("product_ops")
    while greedy.get(URL).status_code == 200:
        pass

    assert modest.get(URL)["RateLimit-Remaining"] == "2"


@pytest.mark.django_db
def test_refusals_count_and_say_so(few, program):
    client = program("user_admin")

    assert client.get(URL)["RateLimit-Remaining"] == "2"
    assert client.get(f"{URL}?x=1").status_code == 403
    assert client.post(URL)["RateLimit-Remaining"] == "0"
    assert client.get(URL).status_code == 429


@pytest.mark.django_db
def test_the_next_window_is_a_new_share(settings, program):
    settings.RATE_LIMIT = {"requests": 1, "seconds": 1}
    client = program("viewer")
    while client.get(URL).status_code == 200:
        pass
    time.sleep(1.01)

    assert client.get(URL).status_code == 200


def test_counting_costs_next_to_nothing():
    def seconds(times: int = 2000) -> float:
        began = time.process_time()
        for _ in range(times):
            take("key 0")
        return (time.process_time() - began) / times

    assert min(seconds() for _ in range(5)) < 0.000_05
