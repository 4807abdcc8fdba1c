"""Where people meet Lockout. Surfaces do not know each other; each renders the same views."""
