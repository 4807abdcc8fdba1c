"""Methods are taken as they are named, and nothing is added to them."""

from __future__ import annotations

import pytest

from bot.audit.entra.methods import BUILT_IN, did_you_mean, registered


def test_methods_are_understood_however_they_are_named() -> None:
    """Graph's words, short words, several joined."""
    assert registered(["certificate", "passkey", "password+SMS", " , "]).modes == {
        "x509certificatemultifactor",
        "fido2",
        "password",
        "sms",
    }


def test_a_word_that_nobody_knows_is_kept_and_listed() -> None:
    """It may be the ID of a custom control, or a slip."""
    answer = registered(["fido", "sms"])
    assert answer.unheard_of == ("fido",)
    assert "fido" in answer.modes


@pytest.mark.parametrize(
    ("word", "meant"), [("fido", "fido2"), ("Certificat", "certificate"), ("carrier pigeon", "")]
)
def test_a_slip_is_pointed_out(word: str, meant: str) -> None:
    """The nearest known word, if there is a near one."""
    assert did_you_mean(word) == meant


def test_each_built_in_strength_asks_for_more_than_the_one_before() -> None:
    """What is phishing-resistant is passwordless, and what is passwordless is MFA."""
    mfa, passwordless, resistant = (set(combinations) for _, combinations in BUILT_IN.values())
    assert resistant < passwordless < mfa
    assert len(mfa) == 17
