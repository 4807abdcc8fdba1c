"""What people write when there is no code, and the scenario it tells."""

from tests.diagnosis.case import Case


def _told(number: int, provider: str, text: str, *more: int, hint: str | None = None) -> Case:
    return Case(text[:60], text, provider, None, (number, *more), hint=hint)


SENTENCES = (
    _told(1, "entra", "Our new Conditional Access policy blocks everybody, admins too"),
    _told(1, "entra", "All users are locked out, it is a CA policy in Azure"),
    _told(2, "entra", "Entra asks for a passkey but nobody has one registered"),
    _told(2, "entra", "Azure portal requires phishing-resistant MFA and no admin has it set up"),
    _told(3, "entra", "Intune: my laptop is not compliant and I cannot sign in"),
    _told(3, "entra", "Azure requires a hybrid joined device, my computer is not"),
    _told(4, "entra", "Azure portal MFA loop again and again, other apps are fine"),
    _told(
        4, "entra", "Entra mandatory MFA at the portal, our break-glass has no passkey and fails"
    ),
    _told(5, "entra", "Conditional Access blocks me from home, in the office it works"),
    _told(5, "entra", "Entra policy denies everything outside the office, named location is wrong"),
    _told(6, "entra", "Duo is down and Entra sign-in stops there"),
    _told(6, "entra", "Azure: our custom control is misconfigured"),
    _told(7, "entra", "AD FS token-signing certificate expired, sign-in redirect fails"),
    _told(7, "entra", "Office 365 federation is down, no sign-in"),
    _told(8, "entra", "lost my phone with Authenticator, only Global Admin"),
    _told(
        8,
        "entra",
        "Our sole admin got a new phone, Microsoft Authenticator is gone. Microsoft 365.",
    ),
    _told(8, "entra", "lost my phone with Google Authenticator, I am the only Global Admin"),
    _told(9, "entra", "can't activate role in PIM, approver is on holiday"),
    _told(9, "entra", "Privileged Identity Management: nobody can approve my activation"),
    _told(10, "entra", "Somebody switched on security defaults, the scanner stopped working"),
    _told(11, "entra", "Entra: cannot register the new security key from here"),
    _told(11, "entra", "Azure MFA registration is blocked for the admin"),
    _told(12, "entra", "Entra break-glass account is disabled by the inactivity clean-up"),
    _told(12, "entra", "MACE: half of our Entra accounts are locked, leaked credentials"),
    _told(13, "entra", "The Microsoft-managed policy was switched on overnight"),
    _told(13, "entra", "Terraform apply dropped the exclusion of our admins"),
    _told(13, "entra", "We restored a deleted Conditional Access policy and now cannot sign in"),
    _told(14, "entra", "group was recreated, object ID changed"),
    _told(14, "entra", "The break-glass group was deleted yesterday"),
    _told(15, "entra", "Our GDAP relationship has expired"),
    _told(15, "entra", "Our partner cannot enter the Entra tenant any more"),
    _told(16, "aws", "An AWS SCP is blocking us", 17),
    _told(16, "aws", "A service control policy denies all we do", 17),
    _told(17, "aws", "AWS deny-all SCP locks out even root, in all accounts", 16),
    _told(18, "aws", "AWS: everything is denied in that region, sts and support too", 16),
    _told(19, "aws", "AWS: somebody detached AdministratorAccess from the admin role"),
    _told(20, "aws", "aws:MultiFactorAuthPresent policy denies my access keys"),
    _told(21, "aws", "AWS access portal shows a 503 error at sign-in"),
    _told(21, "aws", "IAM Identity Center: the SAML certificate has expired, no sign-in"),
    _told(22, "aws", "The S3 bucket policy denies everyone, even the admin"),
    _told(23, "aws", "root MFA device lost"),
    _told(23, "aws", "The root account's YubiKey and MFA are gone"),
    _told(24, "aws", "AWS: a permissions boundary blocks the role"),
    _told(
        25,
        "google",
        "Google enforces 2-Step Verification with security keys only, admin locked out",
    ),
    _told(26, "google", "Admin console blocked, access level was deleted"),
    _told(26, "google", "Context-Aware Access blocks us from admin.google.com"),
    _told(27, "google", "Google: SSO sign-in page shows error for all users"),
    _told(27, "google", "The SSO sign-in page shows an error for all users", hint="google"),
    _told(28, "google", "super admin left the company"),
    _told(28, "google", "We lost the super admin password"),
    _told(29, "google", "GCP says permission denied although Owner is granted"),
    _told(29, "google", "A Google IAM deny policy blocks the admins"),
    _told(30, "google", "org policy buttons greyed out for super admin"),
    _told(
        30, "google", "nobody has Organization Admin, super admin cannot edit organization policies"
    ),
    _told(31, "google", "gcloud blocked by context-aware access, access level unmet"),
    _told(31, "google", "Cloud Console: the access binding locks us out"),
    _told(32, "google", "Domain restricted sharing: cannot add the helper"),
)
