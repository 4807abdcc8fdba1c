"""A playbook exactly as its YAML says it, frozen.

Every text may name facts (`{{ policy_name }}`), every `when` is a condition on facts. A target
(`to`) is the id of a step, `method:<method>` for the first step of that method's playbook at the
incident's provider, or `end`; or a list of routes, of which the first that holds is taken.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, StringConstraints

from bot.core.events import Provider, State, Value
from bot.core.identifiers import Duration
from bot.core.organisation import Role
from bot.core.view import FieldKind

Method = Literal["support-ticket", "exclusion-group", "support-user"]
METHODS: tuple[Method, ...] = ("support-ticket", "exclusion-group", "support-user")
METHOD_NAMES: dict[str, str] = {
    "support-ticket": "Support ticket",
    "exclusion-group": "Exclusion group",
    "support-user": "Support-only user",
}

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# The shortest limit of a surface that a label has to live with, so that none is ever cut.
Label = Annotated[str, StringConstraints(min_length=1, max_length=70, strip_whitespace=True)]


class Part(BaseModel):
    """Base of everything in a playbook file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Route(Part):
    """Where to go when a condition holds; without `when`, always."""

    to: Words
    when: str = ""


def _routes(value: Any) -> Any:  # noqa: ANN401 - raw YAML
    return [{"to": value}] if isinstance(value, str) else value


Target = Annotated[tuple[Route, ...], BeforeValidator(_routes), Field(min_length=1)]


class Claim(Part):
    """What the text says about a provider, and the page that says it."""

    says: Words
    source: HttpUrl


class LinkSpec(Part):
    """An address to open, with its words."""

    label: Label
    url: HttpUrl
    when: str = ""


class CopySpec(Part):
    """Text to copy as it is: a command, a policy, a sentence for the phone."""

    text: Words
    title: Words
    when: str = ""


class ObligationSpec(Part):
    """Something temporary that the answer leaves behind, until somebody confirms its end.

    Due after `due_in`, or at the moment that the fact `due_at` holds; `due_at` wins when known.
    """

    id: Slug
    title: Words
    due_in: Duration | None = None
    due_at: FactName | None = None


class Consequences(Part):
    """What an answer changes: facts it sets, obligations it opens and settles, where it leads."""

    to: Target
    sets: dict[FactName, Value] = {}
    opens: tuple[ObligationSpec, ...] = ()
    settles: tuple[Slug, ...] = ()


class ButtonSpec(Consequences):
    """One answer. Without `style`, the first button of a step is the primary one."""

    id: Slug
    label: Label
    style: Literal["primary", "default", "danger"] | None = None
    confirm: str = ""
    when: str = ""


class Option(Part):
    """One of the choices of a form field."""

    value: Slug
    label: Label


class FieldSpec(Part):
    """A question of a form; its answer becomes the fact `fact`, shown as `label` when missing."""

    fact: FactName
    label: Label
    kind: Literal["line", "lines", "one_of", "many_of", "moment"] = "line"
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    choices: tuple[Option, ...] = ()

    @property
    def view_kind(self) -> FieldKind:
        """The same word in the view."""
        return self.kind


class StepBase(Part):
    """What every step has. `roles` empty means: everybody who has any role.

    `state` is what the incident is while the walk stands here: working, waiting or restored.
    """

    id: Slug
    title: Words
    text: str = ""
    roles: tuple[Role, ...] = ()
    state: State = "working"
    claims: tuple[Claim, ...] = ()
    links: tuple[LinkSpec, ...] = ()
    copies: tuple[CopySpec, ...] = ()


class ChooseStep(StepBase):
    """An instruction or a question, answered with a button."""

    kind: Literal["choose"]
    buttons: tuple[ButtonSpec, ...] = Field(min_length=1)


class DraftStep(StepBase):
    """The escalation text, ready to copy, and what to do with it."""

    kind: Literal["draft"]
    buttons: tuple[ButtonSpec, ...] = Field(min_length=1)


class WaitStep(StepBase):
    """Somebody else must act. Shows since when, and the moment that `promised` holds."""

    kind: Literal["wait"]
    state: State = "waiting"
    promised: FactName | None = None
    buttons: tuple[ButtonSpec, ...] = Field(min_length=1)


class FormStep(StepBase, Consequences):
    """Questions answered together; other ways out of the step are `buttons`."""

    kind: Literal["form"]
    fields: tuple[FieldSpec, ...] = Field(min_length=1, max_length=10)
    submit: Annotated[str, StringConstraints(min_length=1, max_length=24)] = "Record"
    buttons: tuple[ButtonSpec, ...] = ()


class ItemSpec(Part):
    """One line of a checklist; with `each` on the step, the pattern of every line (`it`)."""

    id: str = ""
    text: Words
    copy_text: str = Field(default="", alias="copy")


class ChecklistStep(StepBase, Consequences):
    """Lines to be done one by one: written out (`items`), or one for each entry of a fact.

    `at_least` lines must exist before the step can be finished.
    """

    kind: Literal["checklist"]
    items: tuple[ItemSpec, ...] = ()
    each: FactName | None = None
    item: ItemSpec | None = None
    at_least: int = 1
    done: Label = "All done"
    buttons: tuple[ButtonSpec, ...] = ()


class AuditStep(StepBase, Consequences):
    """What the newest audit says of each policy; done when nothing is open any more.

    `buttons` are other ways out; one must be there when the audit fails.
    """

    kind: Literal["audit"]
    done: Label = "All are clean: go on"
    buttons: tuple[ButtonSpec, ...] = ()


class MembersStep(StepBase, Consequences):
    """Who is in the exclusion group, by the newest reading; done when it is exactly right.

    `buttons` are other ways out; one must be there when it cannot be read.
    """

    kind: Literal["members"]
    done: Label = "Exactly right: go on"
    buttons: tuple[ButtonSpec, ...] = ()


class ApprovalStep(StepBase, Consequences):
    """Two different authorised people agree: one asks, another approves.

    `what` is the thing agreed to; `roles` may ask, `approvers` may agree.
    """

    kind: Literal["approval"]
    what: Words
    approvers: tuple[Role, ...] = ("approver",)
    declined: Target
    buttons: tuple[ButtonSpec, ...] = ()


class ProofStep(StepBase, Consequences):
    """What a drill must prove, thing by thing: each is tried, and passed or failed with evidence.

    The lines are those of a checklist; `fields` are asked for each, and what is `required` is only
    required of what passed. `part` is the part of the drill. A failure opens `repair`, and when
    nothing of the part fails any more, it is settled.
    """

    kind: Literal["proof"]
    part: Slug
    items: tuple[ItemSpec, ...] = ()
    each: FactName | None = None
    item: ItemSpec | None = None
    at_least: int = 1
    fields: tuple[FieldSpec, ...] = Field(min_length=1, max_length=9)
    repair: ObligationSpec | None = None
    done: Label = "All recorded"
    buttons: tuple[ButtonSpec, ...] = ()


class DecideStep(Part):
    """A fork that facts decide; nobody sees it."""

    id: Slug
    kind: Literal["decide"]
    to: Target


ShownStep = (
    ChooseStep
    | DraftStep
    | WaitStep
    | FormStep
    | ChecklistStep
    | AuditStep
    | MembersStep
    | ApprovalStep
    | ProofStep
)
Step = Annotated[ShownStep | DecideStep, Field(discriminator="kind")]


class Recommendation(Part):
    """Which method fits when these facts hold, and why, in one sentence. First match wins."""

    method: Method
    why: Words
    when: str = ""


class Playbook(Part):
    """One file. `method` and `provider` say where it belongs; the triage has neither.

    `use_when`, `pros` and `cons` are the method's line in the comparison on the card; `notice`
    stands above every step (for example: this is a patch, not the fix). A `drill` is no method: it
    is walked to prove that the emergency accounts get in, and no incident ever comes to it.
    """

    id: Slug
    title: Words
    provider: Provider | None = None
    method: Method | None = None
    drill: bool = False
    use_when: str = ""
    pros: tuple[Words, ...] = ()
    cons: tuple[Words, ...] = ()
    notice: str = ""
    recommend: tuple[Recommendation, ...] = ()
    start: Slug
    steps: tuple[Step, ...] = Field(min_length=1)

    def step(self, step_id: str) -> ShownStep | DecideStep | None:
        """The step with this id, None when there is none."""
        return next((step for step in self.steps if step.id == step_id), None)
