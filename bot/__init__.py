"""Lockout: three ways back in when a security policy has locked everybody out."""
