"""What looks like a credential is found, and what people really write at night is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.secrets import find_secrets, remove_secrets

# Put together at run time, so that no scanner takes this file for a leak.
X, EY = "x", "ey"
SLACK = f"{X}oxb-123456789012-abcdefABCDEF123456"
WEB_TOKEN = f"{EY}JhbGciOiJSUzI1NiJ9.{EY}JzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl"
PEM = "-----BEGIN {0}PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0\n-----END {0}PRIVATE KEY-----"

SECRETS: list[tuple[str, str, str]] = [
    ("private key", PEM.format(""), ""),
    ("private key", PEM.format("RSA "), ""),
    ("private key", "-----BEGIN OPENSSH PRIVATE KEY-----", ""),
    ("Slack token", SLACK, ""),
    ("Slack token", f"{X}app-1-A0123456789-abcdef", ""),
    ("Slack hook", "https://hooks.slack" + ".com/actions/T0/12/aBcDeF", ""),
    ("JSON web token", WEB_TOKEN, ""),
    ("AWS secret access key", "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG" * 2, ""),
    ("AWS secret access key", "export AWS_SESSION_TOKEN='" + "FwoGZXIvYXdzEBY" * 6 + "'", "'"),
    ("GitHub token", "ghp_" + "a1B2" * 9, ""),
    ("GitHub token", "github_pat_" + "a1B2_" * 8, ""),
    ("Google API key", "AIza" + "Sy-_0" * 7, ""),
    ("Google OAuth token", "ya29." + "a0Af_B" * 5, ""),
    ("one-time password seed", "otpauth://totp/Example:admin?secret=JBSWY3DPEHPK3PXP", ""),
    ("bearer token", "Authorization: Bearer abcdef123456", ""),
    ("bearer token", "authorization:basic YWRtaW46aHVudGVy", ""),
    (
        "password in a URL",
        "postgresql://bot:hunter22@db.example.com/lockout",
        "db.example.com/lockout",
    ),
    ("password", "Password: hunter22", ""),
    ("password", "the password is Winter2026!", ""),
    ("password", "passcode=778812", ""),
    ("password", "Passwort: geheim99", ""),
    ("password", "pwd = 'letmein1'", "'"),
    ("password", "client_secret: abC8Q~1234567890", ""),
    ("password", "api-key=0123456789abcdef", ""),
    ("password", "Recovery code: 1234-5678-9012", ""),
    ("password", "backup codes: 1234 5678", "5678"),
    ("password", "recovery keys are 445566-112233", ""),
    ("password", "PIN: 4711", ""),
    ("password", "password: valid-Horse9", ""),
    ("password", "password: in-Safe-99", ""),
]

HARMLESS = [
    # Microsoft Entra
    (
        "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy "
        "does not allow token issuance."
    ),
    (
        "AADSTS50076: Due to a configuration change made by your administrator, or because you "
        "moved to a new location, you must use multi-factor authentication to access "
        "'00000003-0000-0000-c000-000000000000'."
    ),
    "AADSTS50126: Error validating credentials due to invalid username or password.",
    "AADSTS50055: The password is expired.",
    "AADSTS50144: The user's Active Directory password has expired.",
    (
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the "
        "request is the client secret value, not the client secret ID, for a secret added to app "
        "'11111111-2222-3333-4444-555555555555'."
    ),
    "AADSTS7000222: The provided client secret keys for app '1111' are expired.",
    (
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' "
        "or 'client_secret'."
    ),
    "AADSTS90014: The required field 'password' is missing from the credential.",
    (
        "Request Id: 11111111-2222-3333-4444-555555555500\nCorrelation Id: "
        "66666666-7777-8888-9999-000000000000\nTimestamp: 2026-11-22T03:04:05Z"
    ),
    "Your sign-in was successful but does not meet the criteria to access this resource.",
    "Sign-in error code: 53003\nFailure reason: Access has been blocked by Conditional Access",
    (
        "App name: Azure Portal\nApp id: c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
        "\nIP address: 203.0.113.10\nDevice identifier: Not available\nDevice platform: Windows 10"
    ),
    # AWS
    (
        "An error occurred (AccessDenied) when calling the ListRoles operation: User: "
        "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/admin@example.com"
        " is not authorized to perform: iam:ListRoles on resource: * with an explicit deny in a "
        "service control policy"
    ),
    "You are not authorized to perform this operation. Encoded authorization failure message: "
    + "wzVx9R-Kq3tbfE_aJ0bJdbq2sM6rV9" * 12,
    "aws sts get-session-token: An error occurred (AccessDenied) with an explicit deny",
    "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbCdEf is not readable",
    "MFA passcode is invalid, MultiFactorAuthentication failed",
    "User: arn:aws:iam::111122223333:role/break-glass-1 aws:PrincipalArn p-exampleregion1",
    "AKIAIOSFODNN7EXAMPLE is the access key ID that CloudTrail names",
    # Google
    (
        "PERMISSION_DENIED: Permission 'resourcemanager.projects.get' denied on resource "
        "'//cloudresourcemanager.googleapis.com/projects/example' (or it may not exist)."
    ),
    "Access blocked: your organization's policy (Context-Aware Access) does not allow this device",
    "2-Step Verification is enforced. You have no security key.",
    # what people note
    "password expired",
    "The password is stored in the safe",
    "Your password is about to expire",
    "password is being reset by the partner",
    "The password is incorrect, we tried twice",
    "Password: required",
    "password is re-sealed and signed",
    "PIN code required",
    "the PIN is not known to anybody on shift",
    "the passkey is in safe A",
    "Recovery codes are in the bank deposit box",
    "Backup codes: in envelope 8",
    "passphrase is kept by the custodian",
    "client secret is missing from the vault",
    "api key is rotated every 90 days",
    "Hardware key with its own PIN, envelope 4",
    # for the phone
    (
        "No administrator can sign in, so we cannot open a request in the portal. Never read a "
        "password or a code to anybody."
    ),
    "NEVER SAY a password or a sign-in code. The six-digit code is only typed on the keypad.",
    "Our tenant ID is 1 1 1 1 dash 2 2 2 2. The domain is example dot onmicrosoft dot com.",
    "Please set policy CA001: Require phishing-resistant MFA for all users to report-only or off.",
    "https://learn.microsoft.com/entra/identity/conditional-access?tabs=a:b",
    "postgresql://db.example.com:5432/lockout",
    "principal://goog/subject/emergency-1@example.com",
    "[REMOVED: password]",
    "password: [REMOVED: password]",
    "2001:db8:10::/48 and 203.0.113.0/24",
]


@pytest.mark.parametrize(("name", "text", "left"), SECRETS, ids=[text for _, text, _ in SECRETS])
def test_a_credential_is_found_and_removed(name: str, text: str, left: str) -> None:
    """Its kind is named, a mark stands where it was, and the text around it stays."""
    assert name in set(find_secrets(text))
    cleaned, removed = remove_secrets(f"before {text} after")
    assert name in removed
    assert cleaned.startswith("before")
    assert cleaned.endswith(f"{left} after")
    assert f"[REMOVED: {name}]" in cleaned
    assert not list(find_secrets(cleaned))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_really_write_is_kept_as_it_is(text: str) -> None:
    """Error panels, ARNs, GUIDs, notes and phone scripts are no credentials."""
    assert list(find_secrets(text)) == []
    assert remove_secrets(text) == (text, ())


def test_there_are_enough_realistic_texts() -> None:
    """A net that catches everything would be useless at night."""
    assert len(HARMLESS) >= 30


def test_several_credentials_go_at_once_and_each_kind_is_named_once() -> None:
    """A pasted terminal may hold more than one."""
    text = f"{SLACK}\nerror 53003\n{SLACK}\npassword: hunter22\n{WEB_TOKEN}"
    cleaned, removed = remove_secrets(text)
    assert removed == ("Slack token", "JSON web token", "password")
    assert cleaned.count("[REMOVED: Slack token]") == 2
    assert "error 53003" in cleaned
    assert "hunter22" not in cleaned


HOSTILE = {
    "tokens that never end": "-eyJaaaaaaaa" * 8500,
    "keys that never end": "-----BEGIN PRIVATE KEY-----" * 3700,
    "one long token": EY + "J" + "a" * 100_000,
    "blanks after a word": "password" + " " * 100_000,
    "blanks after a sign": "password:" + " " * 100_000,
    "words without a value": "pin =" * 20_000,
    "half a key": "aws secret=" * 9000,
    "half a key and blanks": "aws secret" + "=" * 30 + "\n" * 100_000,
    "half a URL": "a://b:" * 16_000,
    "half a URL, one": "a://" + "b" * 100_000,
    "seeds": "otpauth://" * 10_000,
    "headers": "authorization: bearer " * 5000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_no_longer_than_other_text(text: str) -> None:
    """100 kB made to be slow are read in linear time: seconds on a busy machine, not minutes."""
    began = time.process_time()
    list(find_secrets(text))
    remove_secrets(text)
    assert time.process_time() - began < 5


@given(st.text())
def test_any_text_can_be_cleaned(text: str) -> None:
    """Cleaning never fails, names exactly what was found, and leaves harmless text alone."""
    found = tuple(find_secrets(text))
    cleaned, removed = remove_secrets(text)
    assert bool(found) == bool(removed)
    assert found or cleaned == text
