"""Which addresses a webhook may be sent to: public ones, whatever way they are spelled."""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from config.errors import DomainError

Address = IPv4Address | IPv6Address

TEXT = re.compile(r"[!-~]{1,2000}")  # visible ASCII: two readers see the same address
STRANGE = re.compile(r"[\\\"<>^`{|}]")

# Networks that are global by Python's tables, or were, and that no receiver of ours lives in.
NOT_PUBLIC = [
    ip_network(text)
    for text in (
        "192.88.99.0/24",  # relays of 6to4, RFC 7526
        "100.64.0.0/10",  # carriers, RFC 6598
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "240.0.0.0/4",
        "2001::/23",  # protocol assignments, RFC 2928; Teredo is unwrapped before
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation, RFC 9637
    )
]
GLOBAL_UNICAST = IPv6Network("2000::/3")
V4_COMPATIBLE = IPv6Network("::/96")
NAT64 = [IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48")]


class AddressRefused(DomainError):
    """A webhook may not be sent there."""

    code = "address_refused"


@dataclass(frozen=True)
class Target:
    """An address in its parts, read once."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def private(self) -> bool:
        """Whether the operator allows this host by name, wherever it is and without TLS."""
        return self.host in settings.WEBHOOK_PRIVATE_HOSTS


def read_url(url: str) -> Target:
    """The parts of an address that a webhook may be sent to, as far as its text tells.

    Raises AddressRefused for another scheme than https, another port than those allowed, names
    and passwords, and for the address itself where it is a number.
    """
    try:
        parts = urlsplit(url)
        given = parts.port
        port = given if given is not None else (80 if parts.scheme == "http" else 443)
    except ValueError as error:
        raise AddressRefused("This is no address.") from error
    if not TEXT.fullmatch(url) or STRANGE.search(url) or not parts.hostname:
        raise AddressRefused("This is no address such as https://example.com/hooks.")
    if "@" in parts.netloc or "#" in url:
        raise AddressRefused("The address may have neither a user nor a fragment.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, parts.hostname, port, path)
    _check(target)
    return target


def _check(target: Target) -> None:
    if target.private and target.scheme in ("http", "https"):
        return
    if target.scheme != "https":
        raise AddressRefused("The address must begin with https://.")
    if target.port not in settings.WEBHOOK_PORTS:
        known = ", ".join(str(port) for port in settings.WEBHOOK_PORTS)
        raise AddressRefused(f"The port must be one of {known}.")
    try:
        literal = ip_address(target.host)
    except ValueError:
        return
    if not is_public(literal):
        raise AddressRefused(f"{target.host} is no public address.")


def resolve(target: Target) -> list[str]:
    """The addresses of the host, each of which is public.

    Connect to these and do not ask again: the next answer may be another. Raises AddressRefused
    when one of them is not public, OSError when there is none.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    texts = list(dict.fromkeys(address[0] for *_, address in found))
    for text in texts:
        if not target.private and not is_public(ip_address(text)):
            raise AddressRefused(f"{target.host} is at {text}, which is no public address.")
    return texts


def is_public(address: Address) -> bool:
    """Whether everybody's traffic may go there, and so may traffic that others ask us for."""
    address = _unwrapped(address)
    if any(address in network for network in NOT_PUBLIC if network.version == address.version):
        return False
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, if it is one of these."""
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        server, client = address.teredo
        return client if is_public(server) else server
    if any(address in network for network in (V4_COMPATIBLE, *NAT64)):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
