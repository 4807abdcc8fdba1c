"""Every file of an export → the policies in it, what lies beside them, and what is wrong with it.

Nothing is skipped in silence: a file gives policies, or a problem that says what it is. A broken
file does not keep the others from being read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.audit.entra.context import GROUP, LOCATION, STRENGTH, Group, kind_of, read_group
from bot.audit.entra.decode import Document, Unreadable, decode
from bot.audit.entra.policy import Policy, is_policy, read_policy
from bot.audit.entra.shape import Json, text_of, texts_of
from bot.audit.entra.terraform import KIND, NONE_IN_IT, OTHER_KIND, graph_of, is_foreign
from bot.audit.jsontext import pointer_of
from bot.audit.model import Source
from bot.audit.terraform import Resource, hidden_in, resources_of
from bot.core.errors import Problem

EMPTY = "Holds no policy."
FIRST_PAGE = (
    "Is one page of several (@odata.nextLink): policies are missing. Read the next pages too."
)
_USES = {
    GROUP: "its name and settings are used, its members are not in it",
    LOCATION: "its name is used",
    STRENGTH: "its combinations are used for the policies that ask for it",
}


@dataclass(slots=True)
class Export:
    """All that was read, in the order of the files.

    Groups, strengths and the names of locations are by lower-case ID.
    """

    policies: list[Policy] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    strengths: dict[str, Json] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_export(sources: Sequence[Source]) -> Export:
    """Read every file. Never raises; what is wrong stands in `problems`, in the files' order."""
    export = Export()
    for source in sources:
        document = decode(source.name, source.content)
        if isinstance(document, Unreadable):
            problem = Problem(source.name, document.line, "", document.message)
            export.problems.append(problem)
            continue
        resources = None if document.listed else resources_of(document.items[0].value)
        if resources is None:
            _read_document(export, document)
        else:
            _read_terraform(export, document, resources)
    return export


def _read_terraform(export: Export, document: Document, resources: list[Resource]) -> None:
    file = document.name
    hidden = hidden_in(document.items[0].value)
    if hidden:
        export.problems.append(Problem(file, 0, "", hidden))
    for resource in resources:
        place = pointer_of(resource.path)
        if is_foreign(resource):
            message = OTHER_KIND.format(resource.kind)
            export.problems.append(Problem(file, 0, place, message))
        elif resource.kind == KIND:
            made = graph_of(resource)
            policy = made if isinstance(made, str) else read_policy(file, place, made, resource)
            if isinstance(policy, Policy):
                export.policies.append(policy)
                export.documents[file] = document
            else:
                export.problems.append(Problem(file, 0, place, policy))
    if not hidden and not any(KIND in one.kind or is_foreign(one) for one in resources):
        export.problems.append(Problem(file, 0, "", NONE_IN_IT, fatal=False))


def _read_document(export: Export, document: Document) -> None:
    others: Counter[str] = Counter()
    for item in document.items:
        if is_policy(item.value):
            policy = read_policy(document.name, item.place, item.value)
            if isinstance(policy, Policy):
                export.policies.append(policy)
                export.documents[document.name] = document
            else:
                export.problems.append(Problem(document.name, 0, item.place, policy))
        else:
            others[_keep(export, item.value)] += 1
    if document.strays:
        message = f"{document.strays} of its entries are no JSON objects."
        export.problems.append(Problem(document.name, 0, "", message))
    for message in _remarks(document, others):
        export.problems.append(Problem(document.name, 0, "", message, fatal=False))


def _keep(export: Export, value: Json) -> str:
    kind = kind_of(value)
    named = text_of(value, "id").casefold()
    if kind == GROUP and named:
        export.groups[named] = read_group(value)
    elif kind == LOCATION and named:
        export.locations[named] = text_of(value, "displayName")
    elif kind == STRENGTH and named and texts_of(value, "allowedCombinations"):
        export.strengths[named] = value
    return kind


def _remarks(document: Document, others: Counter[str]) -> list[str]:
    said = []
    for kind, number in others.items():
        use = _USES.get(kind, "skipped")
        times = f" ({number} of them)" if number > 1 else ""
        said.append(f"Is {kind}{times}: {use}.")
    if not document.items and not document.strays:
        said.append(EMPTY)
    if document.more:
        said.append(FIRST_PAGE)
    return said
