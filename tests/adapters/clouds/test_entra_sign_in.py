"""Signing in to Microsoft Entra: what goes wrong there, in our words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import CredentialUnavailableError

from bot.adapters.clouds.entra_sign_in import fetch_token
from bot.core.errors import Broken, LockoutError, Unavailable
from tests.adapters.clouds.graph_stand_in import TENANT_ID, FakeCredential, GivenToken

SCOPE = "https://graph.microsoft.com/.default"
# Runs where azure-identity cannot be imported, as without the extra.
WITHOUT = f"""
import asyncio, sys
sys.modules["azure.identity.aio"] = None
from bot.adapters.clouds.entra_sign_in import fetch_token
from bot.core.errors import Broken
try:
    asyncio.run(fetch_token(None, "{SCOPE}", "{TENANT_ID}"))
except Broken as error:
    print(error.hint)
"""
# Runs with the vendor's own credential and nothing to sign in with.
ALONE = WITHOUT.replace('sys.modules["azure.identity.aio"] = None', "").replace(
    "print(error.hint)", "print(error.reason, error.hint)"
)


class Failing:
    """A credential that fails in the way given."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def get_token(self, *scopes: str, tenant_id: str | None = None) -> GivenToken:
        """Fail."""
        raise self.error

    async def close(self) -> None:
        """Nothing is open."""


class Opaque(FakeCredential):
    """A token that says nothing."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


async def failure(error: Exception) -> LockoutError:
    """What becomes of an error of the vendor's."""
    with pytest.raises(LockoutError) as raised:
        await fetch_token(Failing(error), SCOPE, TENANT_ID)
    return raised.value


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("AADSTS7000215: Invalid client secret provided: s3cr3t.", "certificate"),
        ("AADSTS700016: Application not found in the directory", "AZURE_CLIENT_ID"),
        ("AADSTS53003: Access has been blocked by Conditional Access", "workload identities"),
        ("AADSTS999999: Something new", "Look the code up"),
    ],
)
async def test_a_refused_sign_in_says_the_code_and_what_to_do(said: str, words: str) -> None:
    """And not what the library wrote, which quotes settings."""
    error = await failure(ClientAuthenticationError(message=said))
    assert isinstance(error, Broken)
    assert said.partition(":")[0] in error.reason
    assert words in error.hint
    assert "s3cr3t" not in error.reason + error.hint


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (CredentialUnavailableError(message="EnvironmentCredential: nothing is set"), Broken),
        (ValueError("no private key in /secret/place.pem"), Broken),
        (FileNotFoundError("/secret/place.pem"), Broken),
        (ServiceRequestError("Cannot connect to host login.example.com:443"), Unavailable),
        (
            ClientAuthenticationError(message="Cannot connect to host login.example.com:443"),
            Unavailable,
        ),
        (TimeoutError(), Unavailable),
    ],
)
async def test_what_passes_is_told_from_what_must_be_set_up(
    raised: Exception, kind: type[LockoutError]
) -> None:
    """A network that is down is no reason to change the app registration."""
    error = await failure(raised)
    assert type(error) is kind
    assert "/secret/place" not in str(error) + getattr(error, "hint", "")


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30.c", "a.W10.c"])
async def test_a_token_that_says_nothing_is_taken(token: str) -> None:
    """Its form is Microsoft's business; the check of the tenant is one more, no condition."""
    assert await fetch_token(Opaque(token), SCOPE, TENANT_ID) == token


async def test_the_case_of_a_tenant_does_not_matter() -> None:
    """People write GUIDs in both."""
    credential = FakeCredential("aaaaaaaa-1111-4111-8111-111111111111")
    token = await fetch_token(credential, SCOPE, "AAAAAAAA-1111-4111-8111-111111111111")
    assert token == credential.token


def test_without_the_extra_it_says_what_to_install() -> None:
    """Nothing else of the bot needs it."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert "lockout[entra]" in done.stdout


def test_the_vendors_own_credential_with_nothing_to_sign_in_with() -> None:
    """It is opened, asked and closed again, and says what to set up."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        capture_output=True,
        text=True,
        check=True,
        # Only the variables of a service account are looked at, and none is there.
        env={"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential", "PATH": ""},
    )
    assert "no way to sign in" in done.stdout
    assert "AZURE_CLIENT_CERTIFICATE_PATH" in done.stdout
    assert "Unclosed" not in done.stderr
