"""Nine walks as people would tell them: three methods at three providers, button by button.

A line is the label of a button; `| Field = answer`, here or on the next lines, fills in the form
that it opens; `3 x Done` presses it as often; `approver:` is pressed by the second person. The
triage in front is part of the story.
"""

from __future__ import annotations

TO_TICKET = """
Yes, something is down
Nobody can
Yes, by phone
"""

SESSION_IS_OPEN = """
Yes, something is down
A session is still open
"""

TO_RED_PHONE = """
No, only sign-in fails
Nobody can
No, nobody can
"""

ENTRA_GROUP = """
The group exists and is protected
5 x Done
All accounts are fit
2 x Done
All are members
3 x Done
The group is excluded everywhere
The policy looks like this
No policy is written in code
Only the emergency accounts
2 x Done
Each account got in
It is on, and we get in
"""

ENTRA_DRILL = """
Set the date … | First drill at = 2026-12-01 10:00
"""

ENTRA_WAIT = """
Record the ticket …
    | Ticket number = 2611220040001
    | Filed at = 2026-11-22 03:20
    | Call-back promised for = 2026-11-22 04:20
They called, no change yet
Keep waiting … | Next call-back promised for = 2026-11-22 05:20
They changed something
Record the change …
    | What they changed = CA001 report-only, exclusion for 203.0.113.10
    | Is the policy now report-only or off? = Yes
    | Did they add a temporary exclusion? = Yes
    | The exclusion ends at = 2026-11-23 04:00
Noted, remind us to switch it on
Noted, remind us to remove it
I am in … | Who is in = On-call engineer
"""

ENTRA_TICKET = f"""
{TO_TICKET}
Go on … | Global Administrator who will verify = Head of security
I have the number
Go to the ticket text
I filed the ticket
{ENTRA_WAIT}
Record the fix … | What you changed in the policy = Excluded sg-break-glass-admins
Removed, and I can still sign in
Go on with the permanent fix
{ENTRA_GROUP}
{ENTRA_DRILL}
"""

ENTRA_EXCLUSION = f"""
{SESSION_IS_OPEN}
It is report-only or off now
I am in … | Who is in = On-call engineer
{ENTRA_GROUP}
{ENTRA_DRILL}
"""

ENTRA_RED_PHONE = f"""
{TO_RED_PHONE}
Ask for a second person
approver: Approve
Unsealed, seal was whole
The request form is open
Go on … | Global Administrator who will verify = Head of security
I filed the ticket
{ENTRA_WAIT}
Rotated
Tried and sealed
Go on with the permanent fix
{ENTRA_GROUP}
Removed, and we still get in
{ENTRA_DRILL}
"""

AWS_GROUP = """
The names are protected
2 x Done
They all match
I have the text
5 x Done
None of the five
3 x Done
All of them are exempted
Only ours match
We have both
2 x Done
All of them are in
Schedule the drill … | Next drill = 2026-12-01 10:00
Finish
"""

AWS_TICKET = f"""
{TO_TICKET}
Yes, somebody is in
A service or resource control policy
I found the policy
I changed the policy
I am in … | Who signed in = On-call engineer | Signed in with = break-glass role
Record the cause … | What was corrected = ArnNotLike for the break-glass roles
Go on with the permanent fix
{AWS_GROUP}
"""

AWS_EXCLUSION = f"""
{SESSION_IS_OPEN}
I added the exemption
I am in … | Who signed in = On-call engineer | Signed in with = break-glass role
{AWS_GROUP}
"""

AWS_RED_PHONE = f"""
{TO_RED_PHONE}
Ask for a second person
approver: Approve
Unsealed
The Support Center opens
Go on … | What AWS is asked to do = Remove the lost root MFA device
I filed the ticket
Record the ticket … | Ticket number = 170000000001 | Filed at = 2026-11-22 03:20
They changed something
Record the change …
    | What AWS changed = Root MFA removed
    | Is something open only for now? = Yes, it must be closed again
    | Must be closed by = 2026-11-23 04:00
Put it on the list
I am in … | Who signed in = On-call engineer | Signed in with = root
It is closed again
Rotated
4 x Done
All four are right
Sealed again
Go on with the permanent fix
{AWS_GROUP}
"""

GOOGLE_GROUP = """
Create the group
The group is there
2 x Done
All are in the group
2 x Done
All have keys and codes
3 x Done
The console stays reachable
3 x Done
All are corrected
The way for our kind is done
Members are right, no deny in the way
2 x Done
All signed in
Schedule … | First drill = 2026-12-01 10:00
"""

GOOGLE_TICKET = f"""
{TO_TICKET}
We can edit the DNS
Sign-in fails
No super admin gets in
Still no
It did not work
Ready … | Contact address outside the locked domain = lockout@example.org
I have the reference number
4 x Done
The request is submitted
Filed … | Reference or case number = REF-1
They changed something
Record …
    | What Google changed = Password reset for the super admin
    | Is anything of it temporary? = Yes, it must be undone
Remind us to close it
I am in … | Who got in = On-call engineer
Corrected … | What we corrected = Backup codes printed
It is closed again
Go on with the permanent fix
{GOOGLE_GROUP}
"""

GOOGLE_EXCLUSION = f"""
{SESSION_IS_OPEN}
Sign-in or 2-Step Verification
They have codes, no rule is off
I am in … | Who got in = On-call engineer
{GOOGLE_GROUP}
"""

GOOGLE_RED_PHONE = f"""
{TO_RED_PHONE}
Ask for a second person
approver: Approve
Unsealed
A case can be opened
Ready …
    | Contact address outside the locked domain = lockout@example.org
    | What is locked = Sign-in of the super admins
I filed the case
Filed … | Case number = 40000001
They changed something
Record …
    | What Google changed = Password reset for the super admin
    | Is anything of it temporary? = Yes, it must be undone
Remind us to close it
I am in … | Who got in = On-call engineer
Rotated
Sealed and back in its place
It is closed again
Go on with the permanent fix
{GOOGLE_GROUP}
"""

WALKS = {
    ("entra", "support-ticket"): ENTRA_TICKET,
    ("entra", "exclusion-group"): ENTRA_EXCLUSION,
    ("entra", "support-user"): ENTRA_RED_PHONE,
    ("aws", "support-ticket"): AWS_TICKET,
    ("aws", "exclusion-group"): AWS_EXCLUSION,
    ("aws", "support-user"): AWS_RED_PHONE,
    ("google", "support-ticket"): GOOGLE_TICKET,
    ("google", "exclusion-group"): GOOGLE_EXCLUSION,
    ("google", "support-user"): GOOGLE_RED_PHONE,
}
