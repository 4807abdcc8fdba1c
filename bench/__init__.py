"""Measurements beside their floors, in one run. Not tests: nothing here is asserted with a clock."""
