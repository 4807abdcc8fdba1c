"""Reading tenants at their providers, each with the provider's own sign-in."""
