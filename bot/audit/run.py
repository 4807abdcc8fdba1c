"""One door for all providers: files, or a snapshot, and whose way in is asked about.

Only the room of the provider in question is imported, since a command line pays for every import.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bot.audit.asking import Asked, asked_of, method_of
from bot.audit.model import Finding, Question, Report, Source
from bot.audit.snapshot import Snapshot
from bot.core.events import Provider
from bot.core.facts import AnyTenant

# Read as JSON; `adapters.policy_yaml` makes it so.
_YAML = (".yaml", ".yml")
YAML_IS_JSON = "The file is YAML, and this is the same as JSON: carry the edit over by hand."


def audit(
    provider: Provider,
    sources: Sequence[Source],
    question: Question,
    asked: Asked,
    *,
    tree: Mapping[str, Any] | None = None,
) -> Report:
    """Would these policies keep these accounts out? `tree` is AWS's alone.

    Errors: Invalid for a tree that has another form.
    """
    with _garbage_left():
        report = _audit(provider, sources, question, asked, tree)
    if not any(source.name.lower().endswith(_YAML) for source in sources):
        return report
    return replace(report, findings=tuple(_told_of_yaml(one) for one in report.findings))


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Python's collector switched off meanwhile, in all threads.

    An audit leaves hardly any circular garbage, but to look for it among all the policies that it
    holds, again and again as they grow more, takes up to half of its time.
    """
    # Who finds it off leaves it to whoever switched it off, be it an audit in another thread.
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _told_of_yaml(finding: Finding) -> Finding:
    """A correction of what was YAML is JSON all the same, and whoever applies it must know."""
    if finding.fix is None or not finding.path.partition("#")[0].lower().endswith(_YAML):
        return finding
    return replace(finding, fix=finding.fix.warning(YAML_IS_JSON))


def _audit(
    provider: Provider,
    sources: Sequence[Source],
    question: Question,
    asked: Asked,
    tree: Mapping[str, Any] | None,
) -> Report:
    if provider == "entra":
        from bot.audit.entra.run import audit_entra  # noqa: PLC0415 - see above

        return audit_entra(sources, question)
    if provider == "aws":
        from bot.audit.aws.rescue import RescueActions  # noqa: PLC0415 - see above
        from bot.audit.aws.run import audit_aws  # noqa: PLC0415 - see above

        return audit_aws(
            sources,
            question,
            rescue=RescueActions.named(asked.rescue),
            tree=tree,
            management_account=asked.management_account,
        )
    from bot.audit.google.run import audit_google  # noqa: PLC0415 - see above

    return audit_google(sources, question, customer=asked.customer, rescue=asked.rescue)


def audit_snapshot(snapshot: Snapshot, tenant: AnyTenant) -> Report:
    """The audit of what was read, for the tenant's emergency accounts; never raises.

    A method counts when every account has it: as the provider says where it was read for all of
    them, else as the organisation file says. A group that was not read is unknown, the exclusion
    group too.
    """
    asked = asked_of(tenant)
    read = [snapshot.methods.get(account) for account in asked.accounts]
    methods = asked.methods
    known = [frozenset(map(method_of, one)) for one in read if one is not None]
    if known and len(known) == len(read):
        methods = frozenset.intersection(*known)
    question = Question(
        asked.accounts, asked.groups, snapshot.members or None, methods, presumed=snapshot.presumed
    )
    report = audit(snapshot.provider, snapshot.sources, question, asked, tree=snapshot.tree)
    return replace(report, problems=(*snapshot.problems, *report.problems))
