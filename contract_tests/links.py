"""Link headers."""

import re


def read_link(text: str) -> dict[str, str]:
    """The targets of a Link header by relation type. Source: RFC 8288 §3."""
    found: dict[str, str] = {}
    for target, parameters in re.findall(r"<([^>]*)>([^<]*)", text):
        relation = re.search(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))', parameters, re.IGNORECASE)
        for name in ((relation[1] or relation[2]) if relation else "").split():
            found.setdefault(name.lower(), target)
    return found
