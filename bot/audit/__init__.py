"""Which policies would keep the emergency accounts out, and the corrected policy for each.

Pure: policies as bytes and a question in, findings out. Nothing is asked of a provider here.
"""
