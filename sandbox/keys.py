"""Ids that the server makes."""

import random
import string
import uuid

LETTERS = string.ascii_lowercase + string.digits
LENGTH = 10


def make_key(form: str, source: random.Random) -> str:
    """A new id. form: uuid, hex24, or a text in which {} stands for random letters and digits."""
    if form == "uuid":
        return str(uuid.UUID(int=source.getrandbits(128), version=4))
    if form == "hex24":
        return f"{source.getrandbits(96):024x}"
    return form.replace("{}", "".join(source.choices(LETTERS, k=LENGTH)))
