"""Where people meet Lockout. Surfaces do not know each other; each turns views into its own form."""
