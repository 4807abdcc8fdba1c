"""Who an account is, and whether an entry means it."""

import pytest

from bot.audit.google.membership import Membership
from bot.audit.google.principal import NO_FORM, Account, means, parse_account, wrong_form
from bot.audit.model import Question
from tests.audit.google.case import GROUP, MAIL, POOL, ROBOT, SERVICE, SUBJECT, USER

WORKLOADS = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci"
WORKER = f"principal://{POOL}/subject/somebody"


@pytest.mark.parametrize(
    ("written", "kind", "identifier"),
    [
        (USER, "user", SUBJECT),
        (SUBJECT, "user", SUBJECT),
        (f" {MAIL} ", "user", SUBJECT),
        (ROBOT, "service account", SERVICE),
        (SERVICE, "service account", SERVICE),
        (f"serviceAccount:{ROBOT}", "service account", SERVICE),
        (f"user:{ROBOT}", "service account", SERVICE),
        (WORKER, "workforce identity", WORKER),
    ],
)
def test_an_account_is_known_in_every_form(written: str, kind: str, identifier: str) -> None:
    """And stands in a correction in the form that deny policies want."""
    account = parse_account(written)
    assert isinstance(account, Account)
    assert (account.kind, account.identifier, account.written) == (kind, identifier, written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f"group:{GROUP}", "a group"),
        (f"principalSet://goog/group/{GROUP}", "a group"),
        ("user:nobody", "no Google account"),
        ("serviceAccount:x", "no Google account"),
        ("", "no Google account"),
        ("11111111-2222-3333-4444-555555555555", "no Google account"),
    ],
)
def test_what_is_no_account_is_said(written: str, said: str) -> None:
    """In one sentence that says how to write it."""
    found = parse_account(written)
    assert isinstance(found, str)
    assert said in found


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (SUBJECT, ""),
        (f"deleted:{SUBJECT}?uid=1", ""),
        ("principalSet://goog/public:all", ""),
        (f"user:{MAIL}", f"write {SUBJECT}"),
        (f"serviceAccount:{ROBOT}", f"write {SERVICE}"),
        (f"group:{GROUP}", f"write principalSet://goog/group/{GROUP}"),
        ("domain:example.com", "write principalSet://goog/cloudIdentityCustomerId/CUSTOMER-ID"),
        ("allAuthenticatedUsers", "write principalSet://goog/public:all"),
        ("*", "it is no form of a principal"),
        (f"principal://googl/subject/{MAIL}", NO_FORM),
        ("principal://goog/subject/nobody", NO_FORM),
        ("principal://goog/public:all", NO_FORM),
        ("principalSet://goog/public", NO_FORM),
        ("principalSet://goog/group/", NO_FORM),
        ("principalSet://goog/customer/C01example", NO_FORM),
        ("principalSet://cloudresourcemanager.googleapis.com/projects/1/type/User", NO_FORM),
        ("principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAgent", ""),
        ("principalSet://cloudresourcemanager.googleapis.com/organizations/1", ""),
        ("principalSet://goog/cloudIdentityCustomerId/C01example", ""),
        ("deleted:principalSet://goog/group/x@example.com?uid=1", ""),
        (WORKER, ""),
        (f"deleted:{WORKER}", ""),
        (f"principalSet://{POOL}", NO_FORM),
        (f"principalSet://{POOL}/*", ""),
        (f"principalSet://{POOL}/attribute.department/administration", ""),
        (f"principalSet://{WORKLOADS}/group/11111111-2222", ""),
        (f"principal://{WORKLOADS}/subject/x", ""),
        ("principal://agents.global.org-1.system.id.goog/resources/aiplatform/projects/1", ""),
        ("principalSet://agents.global.org-1.system.id.goog/*", ""),
    ],
)
def test_a_form_that_google_does_not_take_is_named(entry: str, wrong: str) -> None:
    """With what to write instead."""
    assert wrong_form(entry) == wrong


def test_a_service_account_may_be_in_a_customer() -> None:
    """Whether it is, no file says; even when the customer is known."""
    membership = Membership(Question((SERVICE,)), [ROBOT], [], "C01example")
    account = parse_account(SERVICE)
    assert isinstance(account, Account)
    found = means("principalSet://goog/cloudIdentityCustomerId/C01example", account, membership)
    assert found.covers is None


def test_a_workforce_identity_is_itself() -> None:
    """And in no set of a workload pool, nor in a set of the organization that is known here."""
    account = parse_account(WORKER)
    assert isinstance(account, Account)
    membership = Membership(Question((WORKER,)), [account.name], [])
    assert means(WORKER, account, membership).covers
    assert not means(SUBJECT, account, membership).covers
    resources = "principalSet://cloudresourcemanager.googleapis.com/organizations/1"
    assert means(resources, account, membership).covers is None
