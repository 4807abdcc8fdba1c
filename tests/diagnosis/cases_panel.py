"""The panel of the Microsoft error page and its code 53003, in every state it is pasted in."""

from tests.diagnosis.case import AZ_CLI, CORRELATION, REQUEST, TENANT, Case

PANEL = f"""Your sign-in was successful but does not meet the criteria to access this resource. \
For example, you might be signing in from a browser, app, location, or an authentication flow that \
is restricted by your admin.
Troubleshooting details
If you contact your administrator, send this info to them.
Copy info to clipboard
Error Code: 53003
Request Id: {REQUEST}
Correlation Id: {CORRELATION}
Timestamp: 2026-11-22T02:41:07Z
App name: Microsoft Azure CLI
App id: {AZ_CLI}
IP address: 203.0.113.86
Device identifier: Not available
Device platform: Windows 10
Device state: Unregistered
Flag sign-in errors for review: Enable flagging
"""
PANEL_PICKED = {
    "error_code": "53003",
    "request_id": REQUEST,
    "correlation_id": CORRELATION,
    "timestamp": "2026-11-22T02:41:07Z",
    "app_name": "Microsoft Azure CLI",
    "app_id": AZ_CLI,
    "ip_address": "203.0.113.86",
    "device_state": "Unregistered",
}
BLOCKED = (1, 5, 13, 14, 2)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


PANELS = (
    Case("the panel", PANEL, "entra", "AADSTS53003", BLOCKED, PANEL_PICKED),
    Case(
        "the panel on one line",
        PANEL.replace("\n", " "),
        "entra",
        "AADSTS53003",
        BLOCKED,
        PANEL_PICKED,
    ),
    Case("the panel in a mail", _quoted(PANEL), "entra", "AADSTS53003", BLOCKED, PANEL_PICKED),
    Case(
        "the panel quoted twice",
        _quoted(_quoted(PANEL)),
        "entra",
        "AADSTS53003",
        BLOCKED,
        PANEL_PICKED,
    ),
    Case(
        "the panel with hard spaces and unseen characters",
        PANEL.replace(": ", "\u00a0:\u202f").replace("Id", "I\u200bd"),
        "entra",
        "AADSTS53003",
        BLOCKED,
        PANEL_PICKED,
    ),
    Case("the panel shouting", PANEL.upper(), "entra", "AADSTS53003", BLOCKED, {}),
    Case(
        "the panel with an identifier cut by the line",
        "Error Code: 53003\nRequest\nId: 790d21d9-68fb-\n    457f-b1a4-674c11e3bf00\nTimestamp:"
        " 2026-11-22 03:41:07 +01:00",
        "entra",
        "AADSTS53003",
        BLOCKED,
        {"request_id": REQUEST, "timestamp": "2026-11-22T02:41:07Z"},
    ),
    Case(
        "the panel with IPv6 and an empty name",
        "Error Code: 53003\nApp name:\nApp id: " + AZ_CLI + "\nIP address: 2001:db8::17",
        "entra",
        "AADSTS53003",
        BLOCKED,
        {"app_id": AZ_CLI, "ip_address": "2001:db8::17"},
    ),
    Case(
        "the panel and a remark about the place",
        PANEL + "\nIt works in the office, it only fails outside.",
        "entra",
        "AADSTS53003",
        (5, 1, 13, 14, 2),
        PANEL_PICKED,
    ),
    Case(
        "a place named with the code",
        "AADSTS53003 since our public IP changed this morning",
        "entra",
        "AADSTS53003",
        (5, 1, 13, 14, 2),
    ),
    Case(
        "a remark about a passkey",
        "AADSTS53003, the page says phishing-resistant is needed",
        "entra",
        "AADSTS53003",
        (2, 1, 5, 13, 14),
    ),
    Case(
        "the code with a recreated group",
        "AADSTS53003 on the break-glass account. The exclusion group was recreated, new object ID",
        "entra",
        "AADSTS53003",
        (14, 1, 5, 13, 2),
    ),
    Case(
        "a bare number alone", " 53003. ", "entra", "AADSTS53003", BLOCKED, {"error_code": "53003"}
    ),
    Case(
        "a number called an error",
        "I get error 53003 in the portal",
        "entra",
        "AADSTS53003",
        BLOCKED,
    ),
    Case("a German label", "Fehlercode: 53003", "entra", "AADSTS53003", BLOCKED),
    Case(
        "small letters",
        "aadsts53003: access has been blocked by conditional access policies.",
        "entra",
        "AADSTS53003",
        BLOCKED,
        {"error_code": "aadsts53003"},
    ),
    Case(
        "a wrapped code",
        "ERROR: AADSTS\n53003: Access has been blocked",
        "entra",
        "AADSTS53003",
        BLOCKED,
    ),
    Case(
        "a chat message with mangled links",
        "admin &lt;mailto:admin@example.com|admin@example.com&gt; gets AADSTS53003 at"
        " &lt;https://portal.azure.com/#home|portal.azure.com&gt; User principal name:"
        " &lt;mailto:admin@example.com|admin@example.com&gt;",
        "entra",
        "AADSTS53003",
        BLOCKED,
        {"user_principal_name": "admin@example.com"},
    ),
    Case(
        "a chat link without a label",
        f"AADSTS53003 at <https://login.microsoftonline.com/{TENANT}/oauth2>",
        "entra",
        "AADSTS53003",
        BLOCKED,
        {"tenant_id": TENANT},
    ),
)
