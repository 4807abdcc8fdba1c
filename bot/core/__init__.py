"""The pure middle: what an incident is, what must be known before it, what a person sees.

No clock, no ids, no I/O: everything here is a value or a function of values.
"""
