"""The guided walk: a playbook is data, and walking it is a pure function.

`engine.show` gives the view of the step where an incident stands, `engine.advance` the events
that an answer causes. Neither asks the world anything.
"""
