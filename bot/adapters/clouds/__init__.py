"""The live readers, one a provider, each behind the port `PolicySource`; they only read."""
