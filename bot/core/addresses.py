"""Which public address may be asked for: 'exclude my IP' is also what an attacker would ask.

Refused are addresses that cannot be a public egress address, and networks so wide that letting
them in would open the door for strangers (wider than /24 for IPv4, /48 for IPv6).
Ranges: IANA special-purpose registries (RFC 6890). Those that releases of `ipaddress` judge
differently stand here in full.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from bot.core.errors import Refused
from bot.core.events import ReportedAddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WIDEST = {4: 24, 6: 48}

_DOCUMENTATION = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "3fff::/20",
    )
)

# First match wins, so the narrow reasons stand before the wide ones.
_REFUSED: tuple[tuple[str, tuple[Network, ...]], ...] = (
    (
        "loopback (this machine itself)",
        tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "::1/128"))),
    ),
    (
        "carrier-grade NAT (RFC 6598, shared by many customers)",
        (ipaddress.ip_network("100.64.0.0/10"),),
    ),
    (
        "private (RFC 1918 or unique local, not seen from outside)",
        tuple(
            map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
        ),
    ),
    ("link-local", tuple(map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10")))),
    ("multicast", tuple(map(ipaddress.ip_network, ("224.0.0.0/4", "ff00::/8")))),
    (
        "from a range for tunnels and protocols, not a public address of anybody",
        tuple(
            map(
                ipaddress.ip_network,
                ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/32", "2001::/23", "2002::/16"),
            )
        ),
    ),
)

# Nothing else of IPv6 has been handed out (IANA, IPv6 global unicast address assignments).
_HANDED_OUT = ipaddress.ip_network("2000::/3")

_LOOK_UP = "Look it up from the place that must get in, for example with: curl https://ifconfig.me"


def parse_address(text: str, *, documentation: bool) -> Network:
    """Read one address or network. `documentation` allows the example ranges (for exercises).

    Errors: Refused with the reason, never a guess at what was meant.
    """
    written = text.strip().strip("[]")
    try:
        # A zone (%eth0) means one machine's own interface, so no public address has one.
        network = ipaddress.ip_network(written if "%" not in written else "", strict=False)
    except ValueError:
        raise Refused(f"'{written[:60]}' is not an IP address", _LOOK_UP) from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None:
        raise Refused(f"{written} is an IPv4 address in IPv6 form", f"Write it as {mapped}")
    if network.prefixlen < WIDEST[network.version]:
        raise Refused(
            f"{written} is too wide: it would let in everybody in {_size(network)} addresses",
            f"Give one address, or a network no wider than /{WIDEST[network.version]}",
        )
    _refuse_special(network, written, documentation=documentation)
    return network


def _size(network: Network) -> str:
    bits = network.max_prefixlen - network.prefixlen
    return f"{network.num_addresses:,}" if bits <= 32 else f"2^{bits}"  # noqa: PLR2004 - beyond it, nobody reads the digits


def _refuse_special(network: Network, written: str, *, documentation: bool) -> None:
    for reason, ranges in _REFUSED:
        if any(_overlap(network, special) for special in ranges):
            raise Refused(f"{written} is {reason}", _LOOK_UP)
    if any(_overlap(network, special) for special in _DOCUMENTATION):
        if documentation:
            return
        raise Refused(
            f"{written} is from a range kept for documentation and examples",
            f"{_LOOK_UP}. For an exercise set 'exercise: true' in the organisation file",
        )
    handed_out = network.version == 4 or _overlap(network, _HANDED_OUT)  # noqa: PLR2004 - IPv4
    if not (network.is_global and handed_out):
        raise Refused(f"{written} is reserved, not a public address", _LOOK_UP)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def format_address(network: Network) -> str:
    """An address without its /32 or /128, a network with its prefix."""
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return str(network)


def report_address(
    text: str, known: Iterable[tuple[str, str]], *, documentation: bool
) -> ReportedAddress:
    """Read an address and say whether the organisation's egress list covers it.

    `known` is pairs of address text and label. Errors: Refused, as `parse_address`.
    """
    network = parse_address(text, documentation=documentation)
    for listed, label in known:
        other = ipaddress.ip_network(listed, strict=False)
        if other.version == network.version and network.subnet_of(other):  # type: ignore[arg-type]
            return ReportedAddress(text=format_address(network), known=True, label=label)
    return ReportedAddress(text=format_address(network), known=False)
