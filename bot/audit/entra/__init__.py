"""Would a Microsoft Entra Conditional Access policy keep the emergency accounts out.

Pure: exported policies as bytes in, findings and corrected policies out. `run.audit_entra` is the
one entry. Not a reader of folders, archives or tenants, and no copy of Microsoft's What If: a
condition of a sign-in (place, device, risk) is said, never guessed.
"""
