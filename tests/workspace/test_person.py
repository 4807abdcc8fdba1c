"""A person gets through a whole story, over HTTP and in Socket Mode alike."""

import pytest

from tests.workspace import NotThere, Person, Workspace
from tests.workspace.bolt_app import App


async def test_a_report_goes_from_command_to_button(
    app: App, slack: Workspace, responder: Person
) -> None:
    """Command, form, message and button work by label, whichever way the app is connected."""
    await responder.types("/report", "now", channel="C0GENERAL")
    modal = await responder.sees_modal("Report")
    assert modal.fields == ["Summary", "Impact"]
    await responder.fills({"Summary": "Nobody can sign in", "Impact": "All"})
    await responder.submits()
    assert responder.modal is None
    await responder.sees("Nobody can sign in")
    await responder.presses("Done")
    await responder.sees("Done by @Responder")
    assert "[Done]" not in responder.screen("C0GENERAL")
    assert responder.troubles == []
    await slack.settled()


async def test_an_incomplete_form_is_not_sent(app: App, responder: Person) -> None:
    """The client itself refuses empty and too short fields, as Slack's does."""
    await responder.types("/report")
    await responder.fills({"Summary": "ab"})
    await responder.submits()
    assert responder.modal is not None
    assert responder.modal.errors == {
        "Summary": "Must be at least 3 characters.",
        "Impact": "Please complete this required field.",
    }
    assert [body.get("type") for body in app.seen] == [None]


async def test_errors_of_the_app_stand_at_their_field(app: App, responder: Person) -> None:
    """response_action errors keep the form open, and go away when the field is filled anew."""
    await responder.types("/report")
    await responder.fills({"Summary": "Locked", "Impact": "Some"})
    await responder.submits()
    modal = await responder.sees_modal()
    assert modal.errors == {"Summary": "Say it in a sentence."}
    assert "! Say it in a sentence." in modal.text
    await responder.fills({"Summary": "Locked out"})
    assert modal.errors == {}
    await responder.submits()
    assert responder.modal is None


async def test_the_home_is_published_when_it_is_opened(
    app: App, slack: Workspace, responder: Person
) -> None:
    """app_home_opened reaches the app, and what it publishes can be read."""
    await responder.opens_home()
    assert "Welcome home" in await responder.sees_home("Welcome")
    opened = slack.deliveries[-1].payload["event"]
    assert opened["tab"] == "home"
    assert "view" not in opened
    await responder.opens_home()
    assert slack.deliveries[-1].payload["event"]["view"]["type"] == "home"


async def test_another_tab_of_the_app_is_the_same_event(
    app: App, slack: Workspace, responder: Person
) -> None:
    """An app that looks at nothing but the type publishes for nobody; no view comes along."""
    await responder.opens_home()
    await responder.sees_home("Welcome")
    await responder.opens_home("messages")
    opened = slack.deliveries[-1].payload["event"]
    assert (opened["type"], opened["tab"]) == ("app_home_opened", "messages")
    assert "view" not in opened
    responder.patience = 0.01
    with pytest.raises(NotThere, match="no Home with 'Goodbye'"):
        await responder.sees_home("Goodbye")


async def test_looking_for_what_is_not_there_shows_what_is(app: App, responder: Person) -> None:
    """A missing button fails with the screen in the message, not with a bare timeout."""
    await responder.writes("hello")
    responder.patience = 0.01
    with pytest.raises(NotThere, match=r"no button 'Approve'(.|\n)*hello"):
        await responder.presses("Approve")


async def test_an_app_that_is_not_there_is_shown_as_trouble(
    slack: Workspace, responder: Person
) -> None:
    """Without an app the person sees an error and no exception."""
    slack.connect_http("http://127.0.0.1:1")
    await responder.types("/report")
    assert responder.troubles == ["/report failed with the error (operation_timeout)"]
