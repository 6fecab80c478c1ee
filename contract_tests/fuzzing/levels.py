"""How heavy a failure of each Schemathesis check weighs, and why: the table of the docs."""

from collections.abc import Iterator
from dataclasses import dataclass

FAMILY = "schemathesis"
EXACT, ANY, NEVER = "exact", "any", "never"


@dataclass(frozen=True)
class Rule:
    """How one check is judged.

    Parameters: check, its name in Schemathesis; sentence, what it demands; level, ANY (a MUST if one of the
    statements behind the violated place is one), EXACT (a MUST if all of them are, because an inferred one
    beside them may be what was violated) or NEVER (a warning at most); why; also, laws of ours that judge
    the same thing, whose rows in the register count too.
    """

    check: str
    sentence: str
    level: str
    why: str
    also: tuple[str, ...] = ()

    @property
    def law(self) -> str:
        """The address of the law."""
        return f"{FAMILY}.{self.check}"


RULES = {
    rule.check: rule
    for rule in (
        Rule("not_a_server_error", "no request is answered with a fault of the server", ANY,
             "no document permits a 5xx; 501 for an unknown method and 503 do not count", ("answer.fault",)),
        Rule("status_code_conformance", "an answer has a status that the document lists", NEVER,
             "errors are rarely listed in full; successes are judged by answer.success"),
        Rule("content_type_conformance", "an answer has a documented media type", EXACT,
             "the statement on the answer decides for a success; servers in front answer errors in their way",
             ("answer.media_type",)),
        Rule("response_headers_conformance", "an answer has the documented headers in their form", EXACT,
             "the statement on the header decides", ("answer.header",)),
        Rule("response_schema_conformance", "the body of an answer is as its schema says", EXACT,
             "the statement on the violated field decides; beside an inferred one it warns",
             ("answer.required", "answer.type", "answer.format", "answer.enum", "answer.limits")),
        Rule("negative_data_rejection", "a request that the schema forbids is refused", EXACT,
             "only a body is meant: parameters may be clamped or ignored, unknown fields and null ignored",
             ("request.required", "request.type", "request.format", "request.enum", "request.limits")),
        Rule("positive_data_acceptance", "a request that the schema permits is accepted", NEVER,
             "rules that OpenAPI cannot say may refuse it; a MUST only for the document's own example",
             ("create.accepts", "update.accepts")),
        Rule("missing_required_header", "a request without a required header is refused", EXACT,
             "the statement on the header decides"),
        Rule("unsupported_method", "a method that is not documented is answered 405 with Allow", NEVER,
             "documents are silent about other methods"),
        Rule("allow_header_conformance", "OPTIONS names the documented methods", NEVER,
             "documents are silent about OPTIONS and Allow"),
        Rule("use_after_free", "a removed record cannot be read any more", ANY,
             "the statement on the removal decides, where the same resource is shown; else it warns",
             ("remove.gone",)),
        Rule("ensure_resource_availability", "a created record can be read at once", ANY,
             "the statement on the creation decides, where the same resource is shown; else it warns",
             ("create.shown",)),
        Rule("ignored_auth", "a request without a valid credential is refused", ANY,
             "the statement on the security scheme or on the operation decides",
             ("access.anonymous", "access.unknown")),
        Rule("object_level_authorization", "nobody reads what belongs to another", NEVER,
             "silent: it needs a second log-in flow; laws with a peer's token judge this"),
        Rule("max_response_time", "an answer comes in time", NEVER,
             "switched off: no document promises a time"),
    )
}  # fmt: skip


def tabulate() -> Iterator[str]:
    """Markdown: a row for each check."""
    yield "| Check | A failure is at most | Why |"
    yield "|---|---|---|"
    words = {
        ANY: "the level of the statement behind it",
        EXACT: "a MUST where every statement behind it is one",
        NEVER: "a warning",
    }
    for rule in RULES.values():
        yield f"| `{rule.check}` | {words[rule.level]} | {rule.why} |"
