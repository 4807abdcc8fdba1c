"""How long an audit takes beside `json.loads` alone on the same files, and how that grows.

The files are all distinct. The floor keeps what it parses, as an audit must, since policies answer
for each other; one row a provider has the harder floor that throws it away. Python's collector runs
beside `json.loads`, as it does by itself; an audit leaves it off and pays for one pass at its end,
which is counted. Seconds of processor time, medians of alternating rounds.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from functools import partial

from bench.policies import (
    ACCOUNTS,
    AWS_PATTERN,
    COUNT,
    ENTRA_GROUP,
    ENTRA_TEAMS,
    GOOGLE_GROUP,
    GOOGLE_TEAMS,
    made_up,
    real,
)
from bench.rounds import medians
from bench.table import Row
from bot.audit.asking import Asked
from bot.audit.model import Question, Report, Source
from bot.audit.run import audit
from bot.core.events import Provider

GROUPS = 5_000
_EXCLUSIONS: dict[Provider, str] = {
    "entra": ENTRA_GROUP,
    "aws": AWS_PATTERN,
    "google": GOOGLE_GROUP,
}
# A group's name, as the provider writes it, and as a member of another.
_GROUP_NAMES: dict[Provider, tuple[str, str]] = {
    "entra": ("{:08x}-3333-4333-8333-333333333333", "{}"),
    "google": ("g{}@example.com", "group:{}"),
}
_Work = Callable[[], object]


def measure() -> list[Row]:
    """All rows about audits."""
    rows: list[Row] = []
    for provider in ACCOUNTS:
        mixed, worst = made_up(provider), made_up(provider, worst=True)
        sets = {"mixed": mixed, "all need a fix": worst, "corpus": real(provider)}
        for name, sources in sets.items():
            assert len({source.content for source in sources}) == len(sources)
            for count in (1, 5) if sources else ():
                label = f"{provider}, {name}, {_accounts(count)}, s"
                rows.append(_beside_loads(label, sources, _audit(provider, sources, count)))
        label = f"{provider}, mixed, 1 account, s"
        rows.append(_beside_loads(label, mixed, _audit(provider, mixed, 1), keep=False))
        label = f"{provider}, all need a fix, each correction written, s"
        rows.append(_beside_loads(label, worst, partial(_write_all, provider, worst)))
        rows += _growth(provider)
    return [*rows, *map(_tenant, _GROUP_NAMES)]


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count} accounts"


def _question(provider: Provider, count: int) -> Question:
    accounts = ACCOUNTS[provider][:count]
    group = _EXCLUSIONS[provider]
    members: dict[str, tuple[str, ...]] = {group: accounts}
    members |= dict.fromkeys(ENTRA_TEAMS if provider == "entra" else GOOGLE_TEAMS, ())
    return Question(accounts, (group,), members, frozenset({"fido2"}))


def _audit(provider: Provider, sources: Sequence[Source], count: int) -> Callable[[], Report]:
    question = _question(provider, count)
    asked = Asked(question.accounts, question.groups, question.methods)
    return partial(audit, provider, sources, question, asked)


def _write_all(provider: Provider, sources: Sequence[Source]) -> None:
    for finding in _audit(provider, sources, 1)().findings:
        assert finding.fix is not None
        assert finding.fix.corrected


def _load(sources: Sequence[Source], *, keep: bool) -> list[object]:
    kept = []
    for source in sources:
        parsed = json.loads(source.content)
        if keep:
            kept.append(parsed)
    return kept


def _beside_loads(label: str, sources: Sequence[Source], work: _Work, *, keep: bool = True) -> Row:
    loads, own = medians(partial(_load, sources, keep=keep), work)
    floor = f"json.loads, {len(sources):,} files{'' if keep else ', nothing kept'}"
    return Row(label, own, floor, loads, "<= 5")


def _growth(provider: Provider) -> list[Row]:
    """Twice and four times the policies, and four times the accounts."""
    sources = made_up(provider)
    quarter, half, whole, one = medians(
        _audit(provider, sources[: COUNT // 4], 4),
        _audit(provider, sources[: COUNT // 2], 4),
        _audit(provider, sources, 4),
        _audit(provider, sources, 1),
    )
    return [
        Row(f"{provider}, twice the policies, s", half, "2,500 policies", quarter, "<= 2.4"),
        Row(f"{provider}, four times the policies, s", whole, "2,500 policies", quarter, "<= 4.8"),
        Row(f"{provider}, four times the accounts, s", whole, "one account", one, "<= 4"),
    ]


def _tenant(provider: Provider) -> Row:
    """A tenant whose exclusion group holds the accounts at the end of a chain of groups."""
    name, member = _GROUP_NAMES[provider]
    chain = [_EXCLUSIONS[provider], *[name.format(n) for n in range(GROUPS)]]
    pairs = itertools.pairwise(chain)
    members: dict[str, tuple[str, ...]] = {a: (member.format(b),) for a, b in pairs}
    members[chain[-1]] = ACCOUNTS[provider]
    policies = [json.loads(source.content) for source in made_up(provider, 200)]
    source = Source("tenant.json", json.dumps(policies, indent=2).encode())
    question = Question(ACCOUNTS[provider], (chain[0],), members, frozenset({"fido2"}))
    asked = Asked(question.accounts, question.groups, question.methods)
    (own,) = medians(partial(audit, provider, [source], question, asked))
    label = f"{provider}, 200 policies, 5 accounts, {GROUPS:,} nested groups, s"
    return Row(label, own, "", 0, "<= 0.5")
