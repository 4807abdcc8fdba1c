"""Which addresses may be asked for, and which never."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.addresses import WIDEST, Network, format_address, parse_address, report_address
from bot.core.errors import Refused

KNOWN = [("198.51.100.0/24", "Office"), ("2001:db8:10::/48", "Office, IPv6")]

# Written out by hand from the IANA registries, so that it does not repeat the code under test.
NEVER: dict[str, tuple[str, ...]] = {
    "loopback": ("127.0.0.1", "127.255.255.0/24", "::1"),
    "carrier-grade NAT": ("100.64.0.1", "100.127.255.255", "100.100.0.0/24"),
    "private": (
        "10.0.0.1",
        "10.255.255.0/24",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "fc00::1",
        "fdff:ffff:ffff::/48",
    ),
    "link-local": ("169.254.169.254", "fe80::1", "febf::1"),
    "multicast": ("224.0.0.1", "239.255.255.255", "ff02::1"),
    "tunnels and protocols": (
        "192.0.0.0/24",
        "192.0.0.9",
        "192.88.99.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:20::1",
        "2002:a00:1::1",
        "2002::/48",
    ),
    "documentation": (
        "192.0.2.1",
        "198.51.100.0/24",
        "203.0.113.10",
        "2001:db8::1",
        "2001:db8:10::/48",
        "3fff::1",
    ),
    "reserved": (
        "0.0.0.0",  # noqa: S104 - nobody binds to it here
        "0.1.2.3",
        "198.18.0.1",
        "198.19.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1.2.3.4",
        "100::1",
        "4000::1",
        "5f00::1",
        "fec0::1",
    ),
}
OUT_OF_REACH = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1"),
    )
]


def refusal(text: str, *, documentation: bool = False) -> Refused:
    """Why this address may not be asked for."""
    with pytest.raises(Refused) as caught:
        parse_address(text, documentation=documentation)
    return caught.value


@pytest.mark.parametrize(
    ("reason", "text"), [(reason, text) for reason, texts in NEVER.items() for text in texts]
)
def test_an_address_that_cannot_be_a_public_one_is_refused_with_its_reason(
    reason: str, text: str
) -> None:
    """Each special range says which one it is, and where to look the right address up."""
    refused = refusal(text)
    assert reason in refused.reason
    assert text in refused.reason
    assert "ifconfig.me" in refused.hint


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.215.0/24", "2606:4700::1111", "2606:4700:10::/48"]
)
def test_a_public_address_or_small_network_is_taken(text: str) -> None:
    """What can be an egress address comes back as it was written."""
    assert format_address(parse_address(text, documentation=False)) == text


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("  8.8.8.8\n", "8.8.8.8"),
        ("[2606:4700::1111]", "2606:4700::1111"),
        ("8.8.8.8/24", "8.8.8.0/24"),
        ("8.8.8.8/255.255.255.0", "8.8.8.0/24"),
        ("2606:4700::0001/128", "2606:4700::1"),
    ],
)
def test_an_address_is_written_in_one_form(text: str, taken: str) -> None:
    """Blanks, brackets, host bits and long forms do not make two addresses of one."""
    assert format_address(parse_address(text, documentation=False)) == taken


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8.8.8.0/23", "512 addresses"),
        ("0.0.0.0/0", "4,294,967,296 addresses"),
        ("2606:4700::/47", "2^81 addresses"),
        ("::/0", "2^128 addresses"),
    ],
)
def test_a_network_wider_than_the_limit_lets_in_strangers(text: str, size: str) -> None:
    """IPv4 wider than /24 and IPv6 wider than /48 are refused, with the size and the limit."""
    refused = refusal(text)
    assert "too wide" in refused.reason
    assert size in refused.reason
    assert f"/{WIDEST[ipaddress.ip_network(text).version]}" in refused.hint


def test_an_ipv4_address_in_ipv6_form_is_asked_for_again_as_ipv4() -> None:
    """A provider's form does not know the mapped form, so the plain one is named."""
    refused = refusal("::ffff:8.8.8.8")
    assert "IPv4 address in IPv6 form" in refused.reason
    assert refused.hint == "Write it as 8.8.8.8"


@pytest.mark.parametrize(
    "text", ["", "our office", "8.8.8", "8.8.8.8.8", "8.8.8.8/33", "2606:4700::1%eth0", "1" * 5000]
)
def test_what_is_no_address_is_refused_and_never_guessed(text: str) -> None:
    """A typing mistake is named, shortened when it is long."""
    refused = refusal(text)
    assert "is not an IP address" in refused.reason
    assert len(refused.reason) < 100


@pytest.mark.parametrize("text", NEVER["documentation"])
def test_the_example_ranges_are_taken_in_an_exercise_only(text: str) -> None:
    """`documentation` opens the example ranges; without it the way to switch it on is named."""
    assert format_address(parse_address(text, documentation=True)) == text
    assert "exercise: true" in refusal(text).hint


@pytest.mark.parametrize("reason", [reason for reason in NEVER if reason != "documentation"])
def test_an_exercise_opens_nothing_else(reason: str) -> None:
    """Every other special range stays refused in an exercise."""
    for text in NEVER[reason]:
        assert reason in refusal(text, documentation=True).reason


@given(st.ip_addresses(), st.integers(0, 128))
@example(ipaddress.ip_address("192.0.0.9"), 32)
@example(ipaddress.ip_address("2002:a00:1::"), 64)
def test_no_special_range_ever_gets_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, prefix: int
) -> None:
    """Whatever is accepted is inside its limit and outside of every range that is no egress."""
    prefix = min(prefix, address.max_prefixlen)
    try:
        network = parse_address(f"{address}/{prefix}", documentation=False)
    except Refused:
        return
    assert network.prefixlen >= WIDEST[network.version]
    assert not [one for one in OUT_OF_REACH if _same_kind(one, network) and one.overlaps(network)]


def _same_kind(one: Network, other: Network) -> bool:
    return one.version == other.version


@given(st.text() | st.from_regex(r"[0-9a-f:./%\[\]]{0,60}", fullmatch=True), st.booleans())
def test_any_text_is_an_address_or_is_refused(text: str, documentation: bool) -> None:  # noqa: FBT001 - drawn
    """Nothing but Refused is ever raised."""
    try:
        network = parse_address(text, documentation=documentation)
    except Refused:
        return
    assert parse_address(format_address(network), documentation=documentation) == network


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("198.51.100.7", "Office"),
        ("198.51.100.0/25", "Office"),
        ("198.51.100.0/24", "Office"),
        ("2001:db8:10:1::5", "Office, IPv6"),
    ],
)
def test_an_address_inside_a_known_network_is_known(text: str, label: str) -> None:
    """The egress list covers single addresses and smaller networks, and lends its label."""
    reported = report_address(text, KNOWN, documentation=True)
    assert (reported.text, reported.known, reported.label) == (text, True, label)


@pytest.mark.parametrize("text", ["203.0.113.9", "2001:db8:11::1"])
def test_an_address_outside_the_list_is_marked_as_unknown(text: str) -> None:
    """Somebody may type it, but never without the flag."""
    reported = report_address(text, KNOWN, documentation=True)
    assert (reported.text, reported.known, reported.label) == (text, False, "")


def test_a_network_around_a_known_address_is_not_known() -> None:
    """Asking for more than what is listed is asking for something else."""
    reported = report_address("203.0.113.0/24", [("203.0.113.10", "VPN")], documentation=True)
    assert not reported.known


def test_a_refused_address_is_refused_when_reported_too() -> None:
    """The list of known addresses opens no special range."""
    with pytest.raises(Refused):
        report_address("10.0.0.1", [("10.0.0.0/8", "Inside")], documentation=True)
