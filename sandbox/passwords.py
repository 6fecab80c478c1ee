"""Passwords, kept as hashes only."""

import hashlib
import hmac
import re

MARK = "pbkdf2$"
HASH = re.compile(re.escape(MARK) + "[0-9a-f]{64}")
ROUNDS = 1000  # demo accounts; each world has its users hashed again


def hash_password(password: str, salt: str) -> str:
    """The hash of a password; one that is a hash already stays."""
    return password if HASH.fullmatch(password) else _hash(password, salt)


def _hash(password: str, salt: str) -> str:
    return MARK + hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), ROUNDS).hex()


def is_password(password: str, salt: str, hashed: str) -> bool:
    """Whether the hash is that of the password, compared in constant time."""
    return hmac.compare_digest(_hash(password, salt).encode(), hashed.encode())
