"""What a client may send: requests with one strange part, and streams that are no requests any more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from .framing import reframe
from .messages import Message, Offer, find_control, find_offers, make_message
from .mutations import TOKENS, mutate

KEPT = 500  # inputs that got an answer unlike any before, for further changes
TRIES = 20
PREFERENCES = [
    b"code=404",
    b"code=500",
    b"code=2000",
    b"wait=0.01",
    b"wait=nan",
    b"example=x",
    b"code=201;a=b",
]
STAND_INS = [b"__code=404", b"__code=x", b"__wait=0.01", b"__example=", b"__code=500&__code=200"]
TOKENS_OF_PERSONAS = [
    b"Bearer demo",
    b"Bearer readonly",
    b"Bearer demo.w",
    b"Basic ZGVtbzo=",
    b"bearer  demo",
]
TOKENS_OF_PERSONAS += [
    b"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEyMzQ1NiJ9.x",
    b"ApiKey demo",
    b"Token a b",
]
HEADERS = [
    b"Accept",
    b"Accept-Encoding",
    b"Range",
    b"If-None-Match",
    b"Content-Encoding",
    b"Origin",
    b"Cookie",
]
HEADERS += [
    b"Access-Control-Request-Method",
    b"Sandbox-World",
    b"Idempotency-Key",
    b"X-Request-Id",
    b"Forwarded",
]
HEADERS += [
    b"Authorization",
    b"X-API-Key",
    b"Content-Type",
    b"Prefer",
    b"Date",
    b"TE",
    b"Sandbox-Control-Token",
]
MEDIA = [
    b"application/json",
    b"multipart/form-data; boundary=edge",
    b"application/x-www-form-urlencoded",
    b"text/x",
]
METHODS = [
    b"GET",
    b"HEAD",
    b"OPTIONS",
    b"POST",
    b"PUT",
    b"PATCH",
    b"DELETE",
    b"TRACE",
    b"CONNECT",
    b"get",
    b"X",
]


@dataclass(frozen=True)
class Input:
    """What is sent. pieces: one after the other; whole: one or more requests, each of which must be
    answered; leave: the client goes before it has the answer.
    """

    kind: str
    pieces: tuple[bytes, ...]
    whole: bool = True
    leave: bool = False

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)


def change_query(message: Message, draw: Random) -> None:
    """The query."""
    path, _, query = message.target.partition(b"?")
    message.target = path + b"?" + mutate(query or b"page=1&sort=name", draw)


def change_path(message: Message, draw: Random) -> None:
    """The path."""
    path, mark, query = message.target.partition(b"?")
    message.target = b"/" + mutate(path[1:], draw) + mark + query


def change_body(message: Message, draw: Random) -> None:
    """The body, whatever it is: JSON or a form."""
    message.body = mutate(message.body or b'{"name": "x"}', draw)


def change_media(message: Message, draw: Random) -> None:
    """The media type of the body."""
    message.put(b"Content-Type", maybe_mutate(draw.choice(MEDIA), draw))


def change_credential(message: Message, draw: Random) -> None:
    """The credential."""
    message.put(b"Authorization", maybe_mutate(draw.choice(TOKENS_OF_PERSONAS), draw))


def change_preference(message: Message, draw: Random) -> None:
    """What is preferred, in the header or in the query."""
    if draw.random() < 0.5:
        message.put(b"Prefer", maybe_mutate(draw.choice(PREFERENCES), draw))
    else:
        mark = b"&" if b"?" in message.target else b"?"
        message.target += mark + maybe_mutate(draw.choice(STAND_INS), draw)


def change_header(message: Message, draw: Random) -> None:
    """A header that is no part of the framing."""
    message.put(draw.choice(HEADERS), mutate(draw.choice(TOKENS), draw))


def change_method(message: Message, draw: Random) -> None:
    """The method. CONNECT is a stream of its own, not a request like others."""
    message.method = draw.choice([each for each in METHODS[:-2] if each != b"CONNECT"])


def maybe_mutate(data: bytes, draw: Random) -> bytes:
    """The bytes, or nearly."""
    return mutate(data, draw) if draw.random() < 0.7 else data


PARTS: dict[str, Callable[[Message, Random], None]] = {
    "query": change_query,
    "path": change_path,
    "body": change_body,
    "media type": change_media,
    "credential": change_credential,
    "preference": change_preference,
    "header": change_header,
    "method": change_method,
}


def write_chunks(message: Message, draw: Random) -> bytes:
    """A request in chunks, of which some may be wrong."""
    body, chunks = message.body or b"{}", b""
    while body:
        size = draw.randint(1, 40)
        piece, body = body[:size], body[size:]
        chunks += b"%x%s\r\n%s\r\n" % (len(piece), draw.choice([b"", b"", b";a=b", b" "]), piece)
    chunks += (
        b"0\r\n" + draw.choice([b"", b"", b"X-Trailer: x\r\n", b"Authorization: Bearer demo\r\n"]) + b"\r\n"
    )
    return message.write_head(b"Transfer-Encoding: chunked") + maybe_mutate(chunks, draw)


class Source:
    """Makes inputs, the same ones of a seed and the answers to them."""

    def __init__(self, seed: int, offers: list[Offer]) -> None:
        self._draw = Random(seed)
        self._offers = offers
        self._kept: list[bytes] = []
        self._known: set[object] = set()

    def make(self) -> Input:
        """The next one."""
        draw = self._draw
        kind = draw.choice([*PARTS, *STREAMS, "bytes"])
        if kind in PARTS:
            message = make_message(draw, self._offers)
            PARTS[kind](message, draw)
            return Input(kind, (message.write(),))
        if kind in STREAMS:
            return STREAMS[kind](self, draw)
        base = draw.choice(self._kept) if self._kept and draw.random() < 0.7 else self.make_request()
        return Input(kind, (mutate(base, draw),), whole=False)

    def make_request(self) -> bytes:
        """A request as the document has it, or nearly."""
        return make_message(self._draw, self._offers).write()

    def make_chunks(self) -> bytes:
        """A request in chunks."""
        return write_chunks(make_message(self._draw, self._offers), self._draw)

    def learn(self, given: Input, signature: object) -> None:
        """Keep an input whose answer was unlike any before."""
        if signature not in self._known:
            self._known.add(signature)
            self._kept = [*self._kept[-KEPT + 1 :], given.data]

    @property
    def learnt(self) -> int:
        """How many kinds of answers there were."""
        return len(self._known)


def pipeline(source: Source, draw: Random) -> Input:
    """Several requests at once."""
    return Input("pipeline", (b"".join(source.make_request() for _ in range(draw.randint(2, 5))),))


def split(source: Source, draw: Random) -> Input:
    """A request in pieces."""
    data = source.make_request()
    places = sorted(draw.randint(0, len(data)) for _ in range(draw.randint(1, 6)))
    pieces = tuple(data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True))
    return Input("split", pieces)


def leave(source: Source, draw: Random) -> Input:
    """A client that is gone before it is answered, or in the midst of its request."""
    given = split(source, draw)
    return replace(given, kind="leave", pieces=given.pieces[: draw.randint(1, 7)], whole=False, leave=True)


def chunks(source: Source, _draw: Random) -> Input:
    """A body in chunks."""
    return Input("chunks", (source.make_chunks(),), whole=False)


def reframed(source: Source, draw: Random) -> Input:
    """A head that is not as it should be."""
    return Input("framing", (reframe(source.make_request(), draw),), whole=False)


STREAMS: dict[str, Callable[[Source, Random], Input]] = {
    "pipeline": pipeline,
    "split": split,
    "leave": leave,
    "chunks": chunks,
    "framing": reframed,
}
OFFERS = {"APIs": find_offers, "control plane": find_control}
