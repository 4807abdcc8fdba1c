"""The 32 ways to be locked out, as rows: why it happens, what to do next, who says so.

Numbers are stable: playbooks and reports refer to them. 1 to 15 are Microsoft Entra, 16 to 24 AWS,
25 to 32 Google. Every row carries the vendor's page; what no page says is not in here.
"""

from typing import Final

from bot.diagnosis.table import Scenario

_ID = "https://learn.microsoft.com/entra/identity"
_CA = f"{_ID}/conditional-access/troubleshoot-conditional-access"
_EMERGENCY = f"{_ID}/role-based-access-control/security-emergency-access"
_MFA = f"{_ID}/authentication/concept-mandatory-multifactor-authentication"
_CODES = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
_SUPPORT = "https://learn.microsoft.com/entra/fundamentals/how-to-get-support"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_DENIED = f"{_IAM}/troubleshoot_access-denied.html"
_SCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"
_HELP = "https://support.google.com/a/answer"

SCENARIOS: Final[dict[int, Scenario]] = {
    1: Scenario(
        "A Conditional Access policy blocks everybody and excludes nobody.",
        "Let an admin who is not blocked, an emergency account or a partner set the policy to"
        " report-only. If nobody can sign in, call Microsoft support: after confirmation they can"
        " update the policy.",
        _CA,
    ),
    2: Scenario(
        "A policy asks for a stronger sign-in method, and none is registered.",
        "Let another admin issue a Temporary Access Pass, or use an emergency account with a"
        " passkey. If no admin can sign in, call Microsoft support.",
        "https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols",
    ),
    3: Scenario(
        "A policy asks for a compliant or joined device, and this device is neither.",
        "Sign in from a compliant device, or use the emergency account. Else call Microsoft"
        " support.",
        _CA,
    ),
    4: Scenario(
        "Multi-factor sign-in is missing. At the admin portals it cannot be switched off, not"
        " even for emergency accounts.",
        "Let another admin register a passkey (FIDO2) or certificate for this account. For"
        " scripts use a workload identity.",
        _MFA,
    ),
    5: Scenario(
        "A location rule may be at work: your address is not in an allowed place.",
        "Go to a trusted network or its VPN and try again. Compare your IPv4 and IPv6 address with"
        " the named locations, then correct them.",
        _CA,
    ),
    6: Scenario(
        "An outside sign-in check is down or set up wrongly.",
        "Sign in with a cloud-only account that does not need it, and take the outside check out"
        " of the policy.",
        _CODES,
    ),
    7: Scenario(
        "Sign-in through the company's own federation or password agent fails.",
        "Sign in with a cloud-only account on the onmicrosoft.com domain, then repair the"
        " federation.",
        _EMERGENCY,
    ),
    8: Scenario(
        "The only admin has lost the second factor.",
        "Let another admin require a new registration. If there is none, try self-service reset,"
        " then call Microsoft support.",
        _SUPPORT,
    ),
    9: Scenario(
        "The role cannot be activated, because approval or the second factor is out of reach.",
        "Use an account with a permanent active Global Administrator role, or another approver.",
        _EMERGENCY,
    ),
    10: Scenario(
        "Security defaults are on and ask every account for multi-factor sign-in.",
        "Register multi-factor sign-in for the account. Old sign-in protocols stay blocked while"
        " security defaults are on.",
        _CODES,
    ),
    11: Scenario(
        "Registering a new sign-in method is blocked by risk, place or device.",
        "Register from a trusted place and device, or let another admin issue a Temporary Access"
        " Pass.",
        _CODES,
    ),
    12: Scenario(
        "The account itself is locked, disabled or its password has expired.",
        "Use the second emergency account, or let another admin unlock this one.",
        _EMERGENCY,
    ),
    13: Scenario(
        "A policy was switched on or changed by something else than an admin's hand.",
        "Look in the audit log for 'Update conditional access policy'. Set the policy to"
        " report-only, then correct its source, for example the Terraform code.",
        f"{_ID}/conditional-access/managed-policies",
    ),
    14: Scenario(
        "The exclusion no longer reaches the emergency account: its group or membership changed.",
        "Compare the excluded object IDs and members with the last snapshot, and add the group or"
        " account again.",
        f"{_ID}/conditional-access/concept-conditional-access-users-groups",
    ),
    15: Scenario(
        "The partner's access is blocked by policy, by risk at home, or has expired.",
        "Let the partner clear the risk in its own tenant and check its delegated access (GDAP).",
        "https://learn.microsoft.com/partner-center/customers/gdap-preventing-tenant-lockouts",
    ),
    16: Scenario(
        "A service control policy (SCP) denies it.",
        "Sign in to the management account. Edit or detach the SCP, or move the account to"
        " another OU. Nothing inside the member account can lift it.",
        _SCP,
    ),
    17: Scenario(
        "An SCP at the organization root or on a high OU denies it in many accounts, for root"
        " users too.",
        "Sign in to the management account: SCPs do not bind it. Correct the SCP on the"
        " organization root.",
        _SCP,
    ),
    18: Scenario(
        "An SCP that denies other regions may also catch global services such as IAM, STS and"
        " Support.",
        "Repeat the call in an allowed region. In the management account, exempt the global"
        " services from the region deny.",
        _SCP,
    ),
    19: Scenario(
        "The policies that made somebody an admin are gone.",
        "Sign in as the root user of this account, or as an Identity Center admin from the"
        " management account, and attach the policy again.",
        _DENIED,
    ),
    20: Scenario(
        "A policy that demands MFA denies everything done without it.",
        "Sign in to the console with MFA and correct the policy. If that fails, use the root user.",
        f"{_IAM}/reference_policies_condition-keys.html",
    ),
    21: Scenario(
        "The way into the roles is broken: identity provider, Identity Center or trust policy.",
        "Use the emergency SAML path, or a break-glass IAM user in the management account.",
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/emergency-access.html",
    ),
    22: Scenario(
        "A policy on a bucket or queue shuts everybody out.",
        "From the management account start a privileged root session (AssumeRoot) and unlock the"
        " bucket or queue policy. Else use the root user of the account.",
        f"{_IAM}/id_root-user-privileged-task.html",
    ),
    23: Scenario(
        "The MFA device of the root user is lost.",
        "Try another registered MFA device, then 'Troubleshoot MFA' with e-mail and call. If both"
        " fail, send the AWS Support form for lost MFA.",
        f"{_IAM}/id_credentials_mfa_lost-or-broken.html",
    ),
    24: Scenario(
        "Another layer of policy denies it; the message names the layer.",
        "Correct the layer that the message names.",
        _DENIED,
    ),
    25: Scenario(
        "The account does not satisfy the 2-Step Verification policy.",
        "Let another super admin create backup codes for it. If there is none, start Google's"
        " recovery form.",
        f"{_HELP}/9176734",
    ),
    26: Scenario(
        "Context-Aware Access blocks the Admin console: address, device or a deleted access level.",
        "Meet the access level from the allowed network or device, or ask another admin. If"
        " nobody gets in, contact Google support; be ready to change DNS.",
        f"{_HELP}/13570967",
    ),
    27: Scenario(
        "Single sign-on fails for everybody: the identity provider or its certificate.",
        "Let a super admin sign in at admin.google.com with the Google password and turn off the"
        " SSO profile. Super admins are not sent to the identity provider there.",
        f"{_HELP}/6341409",
    ),
    28: Scenario(
        "No super admin can sign in any more.",
        "Start the recovery form and prove the domain with a CNAME or TXT record. Find out who"
        " controls the DNS.",
        f"{_HELP}/33561",
    ),
    29: Scenario(
        "Something above the role takes the permission away: a deny policy, a principal access"
        " boundary, an organization policy or VPC Service Controls.",
        "Run the Policy Troubleshooter for this principal, permission and resource. Let a Deny"
        " Admin add the emergency group to the exception principals.",
        "https://cloud.google.com/iam/docs/deny-overview",
    ),
    30: Scenario(
        "Being super admin does not give the roles to edit organization policies.",
        "A super admin can grant their own account Organization Administrator, and with it the"
        " Organization Policy Administrator role.",
        "https://cloud.google.com/resource-manager/docs/super-admin-best-practices",
    ),
    31: Scenario(
        "An access binding lets this group into Google Cloud only with a certain access level.",
        "Use an account outside the bound group to remove or correct the binding, or meet the"
        " access level.",
        "https://cloud.google.com/sdk/gcloud/reference/access-context-manager/cloud-bindings",
    ),
    32: Scenario(
        "Domain-restricted sharing keeps out members of other domains.",
        "Let an Organization Policy Administrator allow the domain, or add a helper from an"
        " allowed domain.",
        "https://cloud.google.com/resource-manager/docs/organization-policy/"
        "domain-restricted-sharing",
    ),
}
