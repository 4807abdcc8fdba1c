"""Reading policies where they are: one module for each provider, behind `PolicySource`."""
