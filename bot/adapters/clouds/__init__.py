"""The live readers: one `PolicySource` for each provider, with permissions that change nothing."""
