"""Nothing that a report shows holds a credential."""

import pytest

from contract_tests.exchanges import Request, show
from contract_tests.redaction import Redactor, hide
from contract_tests.reports import document, html, junit
from contract_tests.tests.results import SECRET, exchange, failure, passed, report

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl"
HIDDEN = {
    "member": '{"token": "hush-hush"}',
    "any case": '{"accessToken": "hush-hush", "a": 1}',
    "deep": '{"user": {"api_key": {"value": ["hush-hush"]}}}',
    "escaped name": '{"p\\u0061ssword": "hush-hush"}',
    "broken JSON": '{"client_secret": "hush-hush", ',
    "cut JSON": '{"password": "hush-hu',
    "Python": "expected {'Authorization': 'hush-hush'}",
    "query": "GET https://example.com/a?x=1&api-key=hush-hush&y=2",
    "form": "email=a%40example.com&password=hush-hush",
    "multipart": '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhush-hush\r\n--b--',
    "user of a URL": "https://me:hush-hush@example.com/v1",
    "JSON Web Token": f"seen: {JWT}",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_values_of_telling_names_are_hidden(name: str) -> None:
    assert "hush-hu" not in hide(HIDDEN[name])
    assert JWT[:20] not in hide(HIDDEN[name])


@pytest.mark.parametrize(
    "text", ['{"total" : 3, "name":"Zoë"}', "limit=2 gives 3", "no token was sent", "[1, 2"]
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert hide(text) == text


def test_numbers_and_flags_under_telling_names_stay() -> None:
    assert hide('{"tokens_left": 3, "password_set": true}') == '{"tokens_left": 3, "password_set": true}'


def test_a_body_is_hidden_before_it_is_cut() -> None:
    body = b'{"a": "' + b"x" * 1985 + b'", "token": "hush-hush", "b": "' + b"y" * 900 + b'"}'
    assert "hush" not in show(body)


def test_headers_of_telling_names_are_hidden_in_a_command() -> None:
    request = Request("GET", "https://example.com", {"X-Api-Key": "hush-hush", "X-Other": "seen"})
    assert request.curl == "curl -i https://example.com -H 'X-Api-Key: $SECRET' -H 'X-Other: seen'"


def test_a_command_with_another_credential_is_one_that_a_shell_runs_as_shown() -> None:
    curl = Request("GET", "https://example.com", role='ApiKey $TOKEN "$(id)" `id`').curl
    assert curl == 'curl -i https://example.com -H "Authorization: ApiKey $TOKEN \\"\\$(id)\\" \\`id\\`"'


def test_known_credentials_are_hidden_in_every_form() -> None:
    redact = Redactor({"a/b c+d-0123456789": "$TOKEN", 'quo"te-0123456789': "$PEER_TOKEN"})
    assert redact("x a/b c+d-0123456789 y") == "x $TOKEN y"
    assert redact("x?y=a%2Fb%20c%2Bd-0123456789") == "x?y=$TOKEN"
    assert redact('{"note": "quo\\"te-0123456789"}') == '{"note": "$PEER_TOKEN"}'


def test_half_of_a_known_credential_is_hidden_too() -> None:
    redact = Redactor({SECRET: "$TOKEN"})
    assert redact(f"Bearer {SECRET[:-3]}xyz was refused") == "Bearer $TOKEN was refused"


def test_short_credentials_leave_other_words_alone() -> None:
    assert Redactor({"abc": "$TOKEN"})("abc abcdef x-abc") == "$TOKEN abcdef x-abc"
    assert Redactor({"demo": "$TOKEN", "peer": "$PEER_TOKEN"})("a demo peer") == "a demo peer"


@pytest.mark.parametrize("render", [html.render, junit.render, document.render])
def test_no_report_holds_a_credential(render: object) -> None:
    row = failure(message=f"refused {SECRET}", expected={"password": "hush-hush"}, actual=f"Bearer {SECRET}")
    body = f'{{"echo": "{SECRET}", "token": "hush-hush", "jwt": "{JWT}"}}'.encode()
    row.exchanges = [
        exchange(f"/items?key={SECRET}", body=body, method="POST"),
        exchange(role=f"Bearer {SECRET}"),
    ]
    shown = report(row, passed())
    shown.result.stopped, shown.result.leftovers = f"lost {SECRET}", [f"createItem {SECRET}"]
    shown.result.about["url"] = f"https://user:{SECRET}@example.com"
    text = render(shown)  # type: ignore[operator]
    for secret in (SECRET, SECRET[:12], "hush-hush", JWT):
        assert secret not in text
