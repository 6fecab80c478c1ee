"""Passwords, kept as hashes only."""

import hashlib
import hmac

MARK = "pbkdf2$"
ROUNDS = 1000  # demo accounts; each world has its users hashed again


def hash_password(password: str, salt: str) -> str:
    """The hash of a password; one that is a hash already stays."""
    if password.startswith(MARK):
        return password
    return MARK + hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), ROUNDS).hex()


def is_password(password: str, salt: str, hashed: str) -> bool:
    """Whether the hash is that of the password, compared in constant time."""
    return hmac.compare_digest(hash_password(password, salt), hashed)
