"""What ends a run before it has begun."""


class Unusable(Exception):
    """What was asked for cannot be done; the text says in one line what is wrong and what to do."""
