"""Readers of a tenant's policies, one for each provider, with permissions that change nothing."""
