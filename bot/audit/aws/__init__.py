"""AWS policies against emergency principals: SCPs, RCPs, identity policies, boundaries.

`run.audit_aws` is the one way in. No AWS is called here, and nothing is simulated beyond the
documented rescue actions: it answers whether a policy keeps an emergency principal out, not
whether that principal may do something else.
"""
