"""Lockout in a terminal: the command line, and the same walk without Slack."""
