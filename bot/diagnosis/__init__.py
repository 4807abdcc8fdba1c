"""Pasted error text in, a reading of it out: provider, code, cause, what to do next.

Pure room. It reads only what is written: no log is fetched and no cloud is asked here, and a text
that it does not know is said to be unknown. Begin at `run.diagnose`.
"""
