"""Lockout in Slack: the `/lockout` command, the incident card, modals, reactions."""
