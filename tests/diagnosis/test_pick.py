"""Pieces for the ticket: the right ones, in one form, and no others."""

import pytest

from bot.diagnosis.run import diagnose

MOMENTS = {
    "2026-11-22T02:41:07Z": "2026-11-22T02:41:07Z",
    "2026-11-22 02:41:07Z": "2026-11-22T02:41:07Z",
    "2026-11-22 02:41:07 UTC": "2026-11-22T02:41:07Z",
    "2026-11-22T02:41:07.503Z": "2026-11-22T02:41:07Z",
    "2026-11-22T02:41:07.1234567Z": "2026-11-22T02:41:07Z",
    "2026-11-22T03:41:07+01:00": "2026-11-22T02:41:07Z",
    "2026-11-21t21:41:07-0500": "2026-11-22T02:41:07Z",
    "2026-11-22 02:41:07": "2026-11-22 02:41:07",
    "22.11.2026, 03:41:07": "22.11.2026, 03:41:07",
    "11/22/2026, 3:41:07 AM UTC": "11/22/2026, 3:41:07 AM UTC",
    "0001-01-01T00:00:00+14:00": "0001-01-01T00:00:00+14:00",
    "2026-13-45T02:41:07Z": "2026-13-45T02:41:07Z",
}


@pytest.mark.parametrize(("written", "kept"), MOMENTS.items())
def test_a_time_with_a_zone_becomes_utc_and_no_other_is_guessed(written: str, kept: str) -> None:
    """Without a zone the hour is not known, so the text stays as it is."""
    assert diagnose(f"Timestamp: {written}").picked == {"timestamp": kept}


ADDRESSES = {
    "IP address: 203.0.113.7.": "203.0.113.7",
    "IP address: 2001:db8::1": "2001:db8::1",
    "IP address: 999.1.1.1, client IP: 203.0.113.8": "203.0.113.8",
    "IP address: dead": None,
    "version 10.0.19045.1": None,
}


@pytest.mark.parametrize(("text", "address"), ADDRESSES.items())
def test_only_a_true_address_with_a_label_is_taken(text: str, address: str | None) -> None:
    """Version numbers and broken addresses are left."""
    assert diagnose(text).picked.get("ip_address") == address


NAMES = {
    "App name: My Apps App id: x": "My Apps",
    "App name: My Apps, IP address: 203.0.113.7": "My Apps",
    "**App name**: My Apps": "My Apps",
    "Application name = Portal. Then it failed": "Portal",
    "App name:\nApp id: x": None,
    "App name: ''": None,
}


@pytest.mark.parametrize(("text", "name"), NAMES.items())
def test_a_name_ends_where_the_next_label_begins(text: str, name: str | None) -> None:
    """The panel is often pasted as one line."""
    assert diagnose(text).picked.get("app_name") == name


def test_the_recognised_provider_is_asked_for_its_pieces_first() -> None:
    """Two times in one text: the one that belongs to the recognised provider wins."""
    both = "Timestamp: 2026-01-01T00:00:00Z eventTime: 2026-02-02T00:00:00Z"
    assert diagnose(f"AADSTS53003 {both}").picked["timestamp"] == "2026-01-01T00:00:00Z"
    denied = "with an explicit deny in a service control policy"
    assert diagnose(f"{denied} {both}").picked["timestamp"] == "2026-02-02T00:00:00Z"


def test_a_secret_is_never_taken() -> None:
    """Passwords and tokens have no field, whatever their label."""
    text = "AADSTS50126 password: hunter2 access_token: eyJhbGciOi backup code 12345678"
    assert diagnose(text).picked == {"error_code": "AADSTS50126"}
