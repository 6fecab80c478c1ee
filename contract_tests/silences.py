"""Why there is no answer, in one line for people."""

import os

import urllib3


def is_closed(error: Exception) -> bool:
    """Whether the connection was closed before an answer came."""
    cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
    return isinstance(cause, urllib3.exceptions.ProtocolError) and isinstance(cause.args[-1], ConnectionError)


def explain(error: Exception, patience: float) -> str:
    """What went wrong, in one line for people."""
    if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason is not None:
        return explain(error.reason, patience)
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return f"the host name is not known{_remark()}"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return f"nothing listens there ({str(error).rpartition(': ')[2]}){_remark()}"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return f"no answer within {patience:.0f} s"
    if isinstance(error, urllib3.exceptions.SSLError):
        return f"TLS failed ({error}); --ca FILE names an authority to trust"
    if isinstance(error, urllib3.exceptions.DecodeError):
        return "the body is not in its Content-Encoding"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return f"the server closed the connection in the middle or does not speak HTTP ({error.args[-1]})"
    return str(error) or type(error).__name__


def one_line(text: str) -> str:
    """A text of a server in one line that a terminal can show."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))


def _remark() -> str:
    """Proxies are not used; whoever has one must hear of it."""
    names = [
        name
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy")
        if os.environ.get(name)
    ]
    return f"; {names[0]} is set, but requests go straight to the server" if names else ""
