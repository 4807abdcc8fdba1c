"""What a fact keeps of an audit: the policies that are open, and how each is put right.

Only what a person needs who reads it later; the audit itself, with the six verdicts, is another
room (`bot.audit`), which this one does not know.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# The verdicts that keep method 2 open, the worst first.
OpenVerdict = Literal["blocking", "pending", "unknown"]
WORST_FIRST: tuple[OpenVerdict, ...] = get_args(OpenVerdict)
Severity = Literal["critical", "high", "medium", "low", "info"]
SEVEREST_FIRST: tuple[Severity, ...] = get_args(Severity)


class Kept(BaseModel):
    """Base: frozen, and strict about unknown keys, like the facts they stand in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CommandText(Kept):
    """Something to paste into a shell or an HTTP client, ready as it is."""

    title: str
    text: str


class Correction(Kept):
    """The edit of a policy that lets the accounts in.

    Where a command reads the corrected policy from a file, that is `file`, and `content` what must
    be in it. `cut` says that something did not fit into the fact and is missing here.
    """

    diff: str
    commands: tuple[CommandText, ...] = ()
    file: str = ""
    content: str = ""
    warnings: tuple[str, ...] = ()
    cut: bool = False


class Standing(Kept):
    """What an audit says of one account before one policy; see `bot.audit.model` for the words."""

    account: str
    verdict: OpenVerdict
    severity: Severity
    reason: str

    def covers(self, other: Standing) -> bool:
        """Whether `other` is of the same account, and in neither respect worse than this."""
        return (
            self.account == other.account
            and WORST_FIRST.index(self.verdict) <= WORST_FIRST.index(other.verdict)
            and SEVEREST_FIRST.index(self.severity) <= SEVEREST_FIRST.index(other.severity)
        )


class OpenPolicy(Kept):
    """A policy that keeps an account out, or may: one `Standing` for each of those accounts.

    What an audit could not read has a place of its own here, since it may hide a policy.
    """

    policy_id: str
    policy_name: str
    standings: Annotated[tuple[Standing, ...], Field(min_length=1)]
    corrections: tuple[Correction, ...] = ()

    @property
    def worst(self) -> OpenVerdict:
        """Of all accounts."""
        return min((one.verdict for one in self.standings), key=WORST_FIRST.index)
