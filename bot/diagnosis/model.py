"""What a reading of a pasted text looks like to the rest of the product.

Not the tables that lead to it: those stand in `entra`, `aws` and `google`.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Provider = Literal["entra", "aws", "google"]


class Diagnosis(BaseModel):
    """One reading of one pasted text.

    `provider` is what the text plainly says, else None. `code` is the vendor's code
    ("AADSTS53003", "PERMISSION_DENIED") or our name for the form of a message
    ("explicit-deny-scp"), else None. `scenarios` are rows 1..32 of the table of lockout
    scenarios, best first; empty when nothing fits. `cause` and `branch` are short sentences for
    people. `source` is the address of the page that backs them, None when nothing is claimed.

    `picked` holds pieces of the text itself, and only those found: error_code (as written),
    request_id, correlation_id, trace_id, timestamp (UTC as `2026-11-22T03:04:05Z` when the text
    gives a zone, else as written), app_id, app_name, resource_id, tenant_id, user_principal_name,
    object_id, policy_id, policy_name, ip_address, device_state, principal_arn, action,
    resource_arn, account_id, organization_id, scp_id, cloudtrail_event_id, region,
    encoded_message (its first 24 characters), permission, resource, project, organization
    (Google, the number), deny_policy, principal, unique_identifier, reference_number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Provider | None
    code: str | None
    scenarios: tuple[int, ...]
    cause: str
    branch: str
    source: str | None
    picked: dict[str, str]
