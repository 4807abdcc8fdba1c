"""Measurements beside their floors, in one run. No tests: nothing is asserted with a clock."""
