"""Google Cloud policies against emergency principals.

Deny policies, access policies, principal access boundaries, access bindings with their levels, and
organization policies. `run.audit_google` is the one way in. No Google API is called here, and a
group's members, a resource's tags or a person's place are never guessed.
"""
