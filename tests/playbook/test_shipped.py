"""The shipped playbooks are walked by everybody, everywhere, until the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from bot.core.errors import Refused
from bot.core.events import IncidentDeclared
from bot.core.facts import known_facts
from bot.core.incident import Incident
from bot.core.view import Close, Copyable, Heading, Item, Link, Links, Press, Small, Text
from bot.escalation.draft import Escalation, write_escalation
from bot.playbook.engine import advance
from bot.playbook.model import DecideStep
from tests.playbook.shipped import (
    EXAMPLE,
    LIBRARY,
    ORGANISATIONS,
    PROVIDERS,
    TENANTS,
    Finisher,
    diagnosis,
    everything,
    moves,
    new_walk,
    push,
    some_walk,
    ways_on,
)
from tests.playbook.walking import Walk, primary_buttons

SEEDS = range(6)
PRESSES = 60
MOST_WORDS, LONGEST_LABEL = 75, 70
Place = tuple[str, str]
MARK = re.compile(r"\[MISSING: ([^\]]+)\]")

STEPS = [
    (name, step)
    for name, playbook in LIBRARY.playbooks.items()
    for step in playbook.steps
    if not isinstance(step, DecideStep)
]


# Walking


def random_walk(provider: str, known: str, seed: int) -> Iterator[Walk]:
    """The walk after each of many presses of any visible button; the same for the same seed."""
    chance = Random(f"{provider} {known} {seed}")  # noqa: S311 - chance, not secrecy
    walk = some_walk(provider, ORGANISATIONS[known], chance)
    yield walk
    for _ in range(PRESSES):
        buttons = moves(walk)
        # Changing the method is rare, or no walk would get far.
        usual = [one for one in buttons if one.action.do != "start"]
        push(walk, chance.choice(usual if usual and chance.random() < 0.95 else buttons), chance)
        yield walk


def shown(walk: Walk) -> str:
    """Every word of the step."""
    words = []
    for block in walk.blocks:
        match block:
            case Text(text=text) | Heading(text=text) | Small(text=text):
                words.append(text)
            case Copyable(text=text, title=title):
                words += [title, text]
            case Item(text=text, code=code):
                words += [text, code]
            case _:
                pass
    return "\n".join([*words, *(button.label for button in walk.card.buttons())])


def organisation_knows(walk: Walk) -> set[str]:
    """The words of every fact that the organisation file answers for this tenant."""
    assert walk.incident.declared is not None
    said = IncidentDeclared(
        tenant=walk.incident.declared.tenant, provider=walk.incident.declared.provider
    )
    facts = known_facts(Incident(id="L-1", declared=said), walk.organisation)
    return {LIBRARY.labels[name] for name, value in facts.items() if value}


def assert_sound(walk: Walk) -> None:
    """What holds wherever a walk stands."""
    card = walk.card
    assert len(primary_buttons(card)) <= 1, walk.place
    assert all(len(button.label) <= LONGEST_LABEL for button in card.buttons()), walk.place
    if walk.step:
        assert [one for one in ways_on(walk) if one.label != "Undo"], f"no way out of {walk.place}"
    asked_in_vain = set(MARK.findall(shown(walk))) & organisation_knows(walk)
    assert not asked_in_vain, (walk.place, asked_in_vain)


def assert_refuses(walk: Walk) -> None:
    """A stranger, and a button that is not there: refused, and nothing is recorded."""
    playbook, step = walk.place
    position = walk.incident.position
    visit = position.visit if position else 0
    absent = Press(playbook=playbook, step=step, visit=visit, button="not-there")
    acts = [(ways_on(walk)[0].action, "stranger"), (absent, "oncall")] if step else []
    for act, who in acts:
        before = walk.incident
        with pytest.raises(Refused):
            advance(walk.situation, act, {}, walk.doer(who))
        assert walk.incident == before


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("known", ORGANISATIONS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_any_walk_is_sound_and_can_be_brought_to_its_end(
    provider: str, known: str, seed: int
) -> None:
    """Whatever is pressed: one next step, a way out, no needless gap; and then it can be closed."""
    walk = None
    for walk in random_walk(provider, known, seed):
        assert_sound(walk)
        assert_refuses(walk)
    assert walk is not None
    Finisher(walk, Random(seed)).finish()  # noqa: S311 - chance, not secrecy
    assert walk.incident.open_obligations == []
    (close,) = primary_buttons(walk.card)
    assert isinstance(close.action, Close)


def explore(provider: str, known: str, seed: int, pressed: Counter[tuple[str, ...]]) -> set[Place]:
    """The steps of a walk by somebody who always presses what was pressed least, by all walks."""
    chance = Random(seed)  # noqa: S311 - chance, not secrecy
    walk = some_walk(provider, ORGANISATIONS[known], chance)
    met = {walk.place}
    # One in four begins with the triage, the others at a method chosen by hand.
    if seed % 4:
        push(walk, [one for one in moves(walk) if one.action.do == "start"][seed % 4 - 1], chance)
        met.add(walk.place)
    for _ in range(3 * PRESSES):
        ways = [one for one in moves(walk) if one.action.do not in {"start", "take"}]
        ways = [one for one in ways if one.label != "Undo"] or moves(walk)
        way = min(ways, key=lambda one: (pressed[(known, *walk.place, one.label)], chance.random()))
        pressed[known, *walk.place, way.label] += 1
        push(walk, way, chance)
        met.add(walk.place)
    return met


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_step_is_met_by_somebody(provider: str) -> None:
    """No step is written for a situation that cannot come about."""
    wanted = {
        (name, step.id)
        for name, step in STEPS
        if name.startswith((provider, "triage")) and not LIBRARY.playbooks[name].drill
    }
    pressed: Counter[tuple[str, ...]] = Counter()
    for seed in range(40):
        for known in ORGANISATIONS if wanted else ():
            wanted -= explore(provider, known, seed, pressed)
    assert wanted == set()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_method_of_every_provider_can_be_started_and_finished(provider: str) -> None:
    """Chosen by hand from the triage, with everything known and with the least."""
    for organisation in ORGANISATIONS.values():
        for method in ("Support ticket", "Exclusion group", "Support-only user"):
            walk = new_walk(provider, organisation)
            walk.press(f"Go to: {method}")
            Finisher(walk, Random(1)).finish()  # noqa: S311 - chance, not secrecy
            (close,) = primary_buttons(walk.card)
            assert isinstance(close.action, Close)


# What is written


def filled_texts(name: str, step_id: str) -> Iterator[str]:
    """The text of a step, with everything known and with nothing."""
    provider = LIBRARY.playbooks[name].provider
    for one in [provider] if provider else PROVIDERS:
        for organisation in ORGANISATIONS.values():
            for said in ({}, everything(one)):
                walk = new_walk(one, organisation, **said)
                yield walk.situation.text(LIBRARY.shown_step(name, step_id).text)


@pytest.mark.parametrize(("name", "step_id"), [(name, step.id) for name, step in STEPS])
def test_no_step_says_more_than_can_be_read_at_night(name: str, step_id: str) -> None:
    """At most 75 words, however much is filled in."""
    longest = max(filled_texts(name, step_id), key=lambda text: len(text.split()))
    assert len(longest.split()) <= MOST_WORDS, longest


def test_every_claim_and_link_leads_to_a_page_over_https() -> None:
    """What is said about a provider can be looked up, safely."""
    for name, step in STEPS:
        urls = [claim.source for claim in step.claims] + [link.url for link in step.links]
        assert all(url.scheme == "https" for url in urls), (name, step.id)


def test_a_claims_page_is_named_on_the_step_that_makes_it() -> None:
    """As a link below the text."""
    walk = new_walk("entra", EXAMPLE)
    walk.press("Go to: Support ticket")
    sources = [link for block in walk.blocks if isinstance(block, Small) for link in block.links]
    step = LIBRARY.shown_step(*walk.place)
    assert {link.url for link in sources} == {str(claim.source) for claim in step.claims}
    assert all(isinstance(link, Link) for link in sources)
    assert not [block for block in walk.blocks if isinstance(block, Links) and not block.links]


# The ticket texts

WAYS_TO_ASK: dict[str, tuple[str, tuple[str, ...]]] = {
    "entra": ("still_in", ("", "no", "yes")),
    "aws": ("aws_request", ("", "root-mfa", "recovery", "contact", "guidance")),
    "google": ("google_lock", ("", "cloud", "console", "sign-in")),
}
CASES = [
    (provider, fact, value) for provider, (fact, values) in WAYS_TO_ASK.items() for value in values
]


def ticket(provider: str, *, full: bool, **answers: str) -> Escalation:
    """A provider's text, with everything declared and asked, or with nothing."""
    said = everything(provider) if full else {}
    walk = new_walk(
        provider, ORGANISATIONS["everything known" if full else "the least known"], **said
    )
    if full:
        walk.record([diagnosis(provider)], walk.people["oncall"])
    facts = known_facts(walk.incident, walk.organisation)
    if full:
        asked = {name: "answered" for name in LIBRARY.labels if not facts.get(name)}
        facts = {**asked, **facts}
    facts |= {name: value for name, value in answers.items() if value or not full}
    return write_escalation(LIBRARY.templates[provider], facts, LIBRARY.labels)


def sentences(text: str) -> list[str]:
    """Sentence by sentence, whatever the line breaks."""
    return re.split(r"(?<=[.?!:])\s+|\n\s*\n", re.sub(r"[ \t]*\n(?!\n)", " ", text))


@pytest.mark.parametrize(("provider", "fact", "value"), CASES)
def test_the_list_of_what_is_missing_is_what_the_text_lacks(
    provider: str, fact: str, value: str
) -> None:
    """With nothing declared the text can be written, and every gap in it is on the list."""
    written = ticket(provider, full=False, **{fact: value})
    text = f"{written.subject}\n{written.body}\n{written.phone_script}"
    assert list(dict.fromkeys(MARK.findall(text))) == list(written.missing)
    assert "policy name" in written.missing or provider == "aws"
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize(("provider", "fact", "value"), CASES)
def test_a_text_with_everything_declared_lacks_nothing(
    provider: str, fact: str, value: str
) -> None:
    """No gap, no blank, no two blank lines in a row that somebody would read as one."""
    written = ticket(provider, full=True, **{fact: value})
    assert written.missing == ()
    for part in (written.subject, written.body, written.phone_script):
        assert part
        assert "MISSING" not in part
        assert not re.search(r"\bNone\b|\(\)|<|: *,|, *\.", part), part
    assert "\n" not in written.subject


@pytest.mark.parametrize(("provider", "fact", "value"), CASES)
def test_an_unlisted_address_is_flagged_in_the_text(provider: str, fact: str, value: str) -> None:
    """The provider is asked to call back before it lets a stranger's address in."""
    written = ticket(provider, full=True, **{fact: value})
    said = " ".join(written.body.split())
    if "2001:db8:99::1" not in said:
        assert "203.0.113.10" not in said
        return
    assert re.search(r"2001:db8:99::1.{0,300}?not on our known list", said)
    assert said.count("not on our known list") == 1


def test_microsoft_is_asked_for_the_least_first() -> None:
    """Report-only or off, then the object IDs, and only then the address, word for word."""
    body = " ".join(ticket("entra", full=True).body.split())
    policy = "CA001: Require phishing-resistant MFA for all users"
    asks = [
        body.find(f"set Conditional Access policy {policy}"),
        body.find("to report-only or off"),
        body.find("object ID 33333333-0000-0000-0000-000000000001"),
        body.find("object ID 33333333-0000-0000-0000-000000000002"),
        body.find(
            "Please add a temporary exclusion for the public IP address 203.0.113.10 "
            f"to Conditional Access policy {policy}"
        ),
        body.find(
            "Please add a temporary exclusion for the public IP address 2001:db8:99::1 "
            f"to Conditional Access policy {policy}"
        ),
    ]
    assert -1 not in asks
    assert asks == sorted(asks)


def test_microsoft_is_asked_on_the_phone_in_the_same_order() -> None:
    """The script is read aloud from above."""
    script = ticket("entra", full=True).phone_script
    asks = [script.find(words) for words in ("report-only or off", "object IDs", "public address")]
    assert -1 not in asks
    assert asks == sorted(asks)


NEVER = {
    "aws": r"\b(edit|change|remove|detach|modify|delete|update|disable)\b[^.]*"
    r"\b(SCPs?|service control polic\w+|polic\w+)\b",
    "google": r"\b(edit|change|remove|detach|modify|delete|update|disable)\b[^.]*"
    r"\b(IAM|deny polic\w+|organization polic\w+|polic\w+)\b",
}
DENIED = re.compile(r"\b(do not|never|cannot|not to)\b|\b(last|was|first) changed\b|changed by\b")


@pytest.mark.parametrize(
    ("provider", "fact", "value"), [case for case in CASES if case[0] in NEVER]
)
def test_a_provider_is_never_asked_for_what_it_does_not_do(
    provider: str, fact: str, value: str
) -> None:
    """AWS edits no SCP and Google edits no policy: asking for it would only cost time."""
    written = ticket(provider, full=True, **{fact: value})
    for part in (written.subject, written.body, written.phone_script):
        for sentence in sentences(part):
            if re.search(NEVER[provider], sentence, flags=re.IGNORECASE):
                assert DENIED.search(sentence), sentence


def test_the_net_above_catches_such_a_request() -> None:
    """A sentence that asks for it would be found."""
    for provider, wish in (
        ("aws", "Please remove the service control policy p-1 from our root."),
        ("aws", "Please edit the SCP."),
        ("google", "Please delete the deny policy that blocks us."),
        ("google", "Please change our IAM policy."),
    ):
        assert re.search(NEVER[provider], wish, flags=re.IGNORECASE)
        assert not DENIED.search(wish)


def test_the_example_covers_every_provider() -> None:
    """Each has a tenant, three methods and a text."""
    assert set(TENANTS) == set(PROVIDERS) == set(LIBRARY.templates)
    for provider in PROVIDERS:
        for method in ("support-ticket", "exclusion-group", "support-user"):
            assert LIBRARY.method(method, provider) is not None
