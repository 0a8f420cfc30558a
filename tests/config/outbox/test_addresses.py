"""No socket to an address that is not public, however it is spelled and whoever resolves it."""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from time import sleep

import pytest

from config.outbox import sending
from config.outbox.address import AddressRefused, is_public, read_url
from config.outbox.sending import send

LITERALS = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1",  # noqa: S104
    "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001:0:7f00:1::1",
    "2001:0:808:808:0:0:f5ff:fffe", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1",
    "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1",
    "ff02::1",
]  # fmt: skip
SPELLINGS = [
    "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0",
    "localhost", "localhost.", "LOCALHOST", "ip6-localhost", "127.0.0.1.", "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]", "[::1]", "①②⑦.0.0.1", "127。0。0。1", "１２７.0.0.1", "[fe80::1%25lo]",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.fixture
def connected(monkeypatch):
    """Where sockets were connected to; none really is."""
    places = []

    def connect(self, address):
        places.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return places


def post(url: str):
    return send(url=url, headers={}, body=b"{}")


def host(literal: str) -> str:
    return f"[{literal}]" if ":" in literal else literal


@pytest.mark.parametrize("literal", LITERALS)
def test_an_address_that_is_not_public_gets_no_socket(literal, connected):
    assert not is_public(ip_address(literal))
    assert post(f"https://{host(literal)}/hook").problem
    assert connected == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_private_address_gets_no_socket_however_it_is_spelled(spelling, connected):
    assert post(f"https://{spelling}/hook").problem
    assert connected == []


@pytest.mark.parametrize("literal", [*LITERALS, "fe80::1%eth0"])
def test_a_name_at_an_address_that_is_not_public_gets_no_socket(literal, connected, resolver):
    resolver(["8.8.8.8", literal])

    assert "no public address" in post("https://hooks.example/").problem
    assert connected == []


@pytest.mark.parametrize("literal", PUBLIC)
def test_a_public_address_is_tried(literal, connected):
    assert is_public(ip_address(literal))
    assert post(f"https://{host(literal)}/hook").problem
    assert [ip_address(place) for place in connected] == [ip_address(literal)]


@pytest.fixture
def resolver(monkeypatch):
    """Lets every name resolve to the first list of addresses, the next time to the next."""
    real = socket.getaddrinfo

    def answer(*answers):
        waiting = list(answers)

        def getaddrinfo(name, port, *args, **facts):
            if name != "hooks.example":
                return real(name, port, *args, **facts)
            found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return [(0, socket.SOCK_STREAM, 6, "", (text, port)) for text in found]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return answer


def test_a_name_that_is_rebound_between_check_and_use_gets_only_what_was_checked(
    connected, resolver
):
    resolver(["8.8.8.8"], ["127.0.0.1"])
    first = post("https://hooks.example/")
    second = post("https://hooks.example/")

    assert first.problem.startswith("ConnectError")
    assert "127.0.0.1, which is no public address" in second.problem
    assert connected == ["8.8.8.8"]


def test_with_the_check_off_the_sockets_are_there(connected, resolver, monkeypatch):
    resolver(["127.0.0.1"])
    monkeypatch.setattr("config.outbox.address.is_public", lambda address: True)
    post("https://hooks.example/")
    post("https://[::1]/")

    assert connected == ["127.0.0.1", "::1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd", "//hooks.example/",
        "gopher://hooks.example/", "https://", "https:///x", "https://hooks.example:22/",
        "https://hooks.example:0/", "https://hooks.example:99999/", "https://a@hooks.example/",
        "https://a:b@hooks.example/", "https://hooks.example\\@127.0.0.1/", "https://x y/",
        "https://hooks.example/\r\nHost: evil", "https://hooks.example/#f", "https://[::1", "",
        "https://hooks.example/\x00", "https://" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_that_is_no_plain_https_is_refused(url, connected):
    with pytest.raises(AddressRefused):
        read_url(url)
    assert post(url).problem
    assert connected == []


def test_a_proxy_of_the_environment_is_not_used(connected, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    post("https://8.8.8.8/")

    assert connected == ["8.8.8.8"]


def test_a_redirect_is_not_followed(receiver):
    receiver.answers = [(302, {"Location": "https://169.254.169.254/"}, b"")]
    outcome = post(receiver.url)

    assert outcome.status == 302
    assert not outcome.succeeded
    assert len(receiver.requests) == 1


def test_the_host_is_named_as_in_the_address(receiver):
    post(receiver.url + "hook?x=1")

    (request,) = receiver.requests
    assert request.path == "/hook?x=1"
    assert request.headers["Host"] == receiver.url.split("/")[2]


def refuse(server) -> None:
    client, _ = server.accept()
    client.close()


def test_the_certificate_must_be_the_hosts_own(resolver, settings, monkeypatch):
    """The name goes into the handshake, while the socket goes to the number."""
    names = []
    wrap = ssl.SSLContext.wrap_socket

    def wrap_socket(self, sock, **facts):
        names.append((facts["server_hostname"], self.check_hostname, self.verify_mode))
        return wrap(self, sock, **facts)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap_socket)
    settings.WEBHOOK_PRIVATE_HOSTS = ["hooks.example"]
    resolver(["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(refuse, server)
        port = server.getsockname()[1]
        assert post(f"https://hooks.example:{port}/").problem

    assert names == [("hooks.example", True, ssl.CERT_REQUIRED)]


def test_a_large_answer_is_cut(receiver):
    receiver.answers = [(500, {}, b"x" * 1_000_000)]

    assert post(receiver.url).answer == "x" * 2048


def drip(server, said: bytes) -> None:
    client, _ = server.accept()
    with client, suppress(OSError):
        client.sendall(said)
        for _ in range(12):
            sleep(0.1)
            client.sendall(b"x" if said else b"")


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_a_receiver_that_drips_is_left_in_time(said, monkeypatch, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(drip, server, said)
        outcome = post(f"http://127.0.0.1:{server.getsockname()[1]}/")

    assert outcome.problem == "The receiver did not answer in time."
    assert outcome.milliseconds < 1000
