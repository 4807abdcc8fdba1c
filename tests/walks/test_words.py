"""Every word after `/lockout`, in every place where somebody may type it."""

from __future__ import annotations

from tests.walks.moments import GENERAL, kinds, only, told
from tests.walks.office import APPROVER, ONCALL, SECOND, Office

WORDS = ("status", "note", "timeline", "export", "close", "drill", "readiness", "help")


async def test_help_names_every_word(office: Office) -> None:
    """However it is typed."""
    person = office.person()
    for typed in ("help", "HELP", "  help  "):
        await person.types("/lockout", typed)
        assert all(f"/lockout {name}" in person.told[-1] for name in WORDS), typed
    assert len(person.told) == 3


async def test_an_unknown_word_is_answered_with_the_help(office: Office) -> None:
    """What was typed is repeated, and can neither notify nor break the answer."""
    await office.person().types("/lockout", "<!channel>`&")
    answer = await told(office, ONCALL, "There is no")
    assert "/lockout help" in answer
    sent = str(office.slack.deliveries[-1].outcomes)
    assert "<!channel>" not in sent


async def test_declaring_offers_the_tenants_that_fit(office: Office) -> None:
    """One alone is chosen already."""
    person = office.person()
    names = [
        "Example (Entra) (Microsoft Entra)",
        "Example (AWS) (AWS)",
        "Example (Google) (Google)",
    ]
    for words, tenants in {
        "": names,
        "declare": names,
        "entra": names[:1],
        "AWS": names[1:2],
        "google": names[2:],
    }.items():
        await person.types("/lockout", words)
        modal = await person.sees_modal("Locked out")
        block, element = modal.field("Which tenant?")
        offered = [option["text"]["text"] for option in element["options"]]
        assert offered == tenants, words
        chosen = modal.value(block, element)["selected_option"]
        assert bool(chosen) == (len(offered) == 1), words
        await person.closes()


async def test_the_short_name_of_a_tenant_chooses_it(office: Office) -> None:
    """As the organisation file promises beside `id`; what follows is the error."""
    await office.person().types("/lockout", "aws-example AccessDenied\nwith an explicit deny")
    modal = await office.person().sees_modal("Locked out")
    assert modal.values["Which tenant?"] == "Example (AWS) (AWS)"
    assert modal.values["The error, as it was shown"] == "AccessDenied\nwith an explicit deny"


async def test_in_an_empty_workspace_each_word_says_how_to_begin(office: Office) -> None:
    """Nothing is recorded, since there is nothing to record it in."""
    person = office.person()
    for word in ("note x", "timeline", "export", "close"):
        await person.types("/lockout", word)
        assert "Declare one: /lockout" in person.told[-1], word
    assert await office.desk.store.incidents() == []


async def test_status_in_an_empty_workspace_says_that_nothing_is_open(office: Office) -> None:
    """And who may do what, which is worth knowing beforehand."""
    await office.person().types("/lockout", "status")
    answer = await told(office, ONCALL, "No lockout is open")
    assert "approver: Head of security, Head of operations" in answer


async def test_status_lists_what_is_open(office: Office) -> None:
    """With the state that each lockout is in."""
    await office.declare("entra")
    await office.declare("aws", who=SECOND)
    await office.person().types("/lockout", "status")
    answer = await told(office, ONCALL, "approver:")
    assert answer.count("Choosing the way in") == 2
    assert "Example (Entra)" in answer
    assert "Example (AWS)" in answer


async def test_the_timeline_is_shown_to_whoever_asks(office: Office) -> None:
    """In the incident's channel, and in another one while it is the only one open."""
    card = await office.declare("entra")
    person = office.person()
    for channel in (card.channel, GENERAL):
        await person.types("/lockout", "timeline", channel)
        assert "declared an EXERCISE: a lockout of 'entra-example'" in person.told[-1], channel


async def test_the_export_comes_to_where_it_was_asked_for(office: Office) -> None:
    """Markdown unless another format is named."""
    card = await office.declare("entra")
    wanted = [("", card.channel), ("HTML", GENERAL), ("json", card.channel), ("csv", GENERAL)]
    for words, channel in wanted:
        await office.person().types("/lockout", f"export {words}", channel)
    files = await office.slack.until(
        lambda: (
            [file for file in office.slack.files if file.channels and file.content][3:]
            and office.slack.files
        ),
        within=15,
    )
    came = {(file.name.rpartition(".")[2], *file.channels) for file in files}
    assert came == {(words.lower() or "md", channel) for words, channel in wanted}


async def test_an_unknown_format_is_refused_with_the_known_ones(office: Office) -> None:
    """Nothing is uploaded."""
    await office.declare("entra")
    await office.person().types("/lockout", "export <pdf>")
    answer = await told(office, ONCALL, "There is no format")
    assert all(name in answer for name in ("md", "html", "json", "csv"))
    assert office.slack.files == []


async def test_an_export_into_a_channel_without_the_bot_comes_to_the_incident_instead(
    office: Office,
) -> None:
    """Slack refuses the channel; the timeline must still come, and the person is told where."""
    card = await office.declare("entra")
    office.slack.fail("files.completeUploadExternal", error="not_in_channel")
    await office.person().types("/lockout", "export json", GENERAL)
    found = await office.slack.until(
        lambda: [file for file in office.slack.files if file.channels], within=5
    )
    assert found[0].channels == [card.channel]
    said = await office.slack.until(
        lambda: [
            message.text
            for channel in office.slack.world.state.channels.values()
            if channel.kind == "im"
            for message in office.slack.messages(channel.id)
        ],
        within=5,
    )
    assert f"own channel <#{card.channel}>" in said[0]


async def test_with_several_open_lockouts_a_word_elsewhere_asks_which_one(office: Office) -> None:
    """Guessing would put a fact on the wrong timeline."""
    first = await office.declare("entra")
    await office.declare("aws", who=SECOND)
    person = office.person(APPROVER)
    await person.types("/lockout", "note Which one?", GENERAL)
    assert "Several lockouts are open" in await told(office, APPROVER, "Not done.")
    await person.types("/lockout", "note This one", first.channel)
    lines = await office.desk.store.incidents()
    noted = [
        fact.kind
        for line in lines
        for fact in await office.desk.store.read(line.id)
        if fact.kind == "NoteAdded"
    ]
    assert noted == ["NoteAdded"]
    older = await office.desk.store.read(lines[-1].id)
    assert older[-1].payload["text"] == "This one"


async def test_a_pin_elsewhere_asks_which_lockout_it_is_about(office: Office) -> None:
    """Whoever pinned must not believe that it was kept."""
    await office.declare("entra")
    await office.declare("aws")
    message = await office.person().writes("It was the pipeline", GENERAL)
    await office.person().reacts("pushpin", message)
    assert "Several lockouts are open" in await told(office, ONCALL, "Not done.")
    assert "NoteAdded" not in await kinds(office)


async def test_a_note_is_taken_in_another_channel_while_one_lockout_is_open(
    office: Office,
) -> None:
    """There is only one that it can mean."""
    await office.declare("entra")
    await office.person(SECOND).types("/lockout", "note From the corridor", GENERAL)
    assert (await only(office, "NoteAdded")).payload["text"] == "From the corridor"
