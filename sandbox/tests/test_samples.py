"""Samples: small files that are what their media type says."""

import io
import re
import wave

import pytest

from sandbox.samples import make_sample


def test_sound_is_a_second_that_is_not_silent() -> None:
    file = make_sample("audio", "audio/wav", "k")
    assert (file.field, file.name, file.media_type) == ("audio", "k.wav", "audio/wav")
    with wave.open(io.BytesIO(file.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        assert sound.getnframes() == sound.getframerate()
        assert len(set(sound.readframes(sound.getnframes()))) > 10


KEYS = ["k", "doc_1", "a(b", "a)b", "a\\b", "()", "\\", "€"]


@pytest.mark.parametrize("key", KEYS)
def test_table_of_a_page_document_leads_to_its_objects(key: str) -> None:
    content = make_sample("document", "application/pdf", key).content
    assert content.startswith(b"%PDF-1.")
    assert content.endswith(b"%%EOF\n")
    start = re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)
    assert start
    table = content[int(start[1]) :]
    head = re.match(rb"xref\n0 (\d+)\n0000000000 65535 f \n", table)
    assert head
    entries = [table[head.end() + 20 * at :][:20] for at in range(int(head[1]) - 1)]
    for number, entry in enumerate(entries, start=1):
        assert re.fullmatch(rb"\d{10} 00000 n \n", entry)
        assert content[int(entry[:10]) :].startswith(b"%d 0 obj\n" % number)
    assert content.count(b" 0 obj\n") == len(entries)
    assert b"/Size %d/" % int(head[1]) in table
    references = {int(number) for number in re.findall(rb"(\d+) 0 R", content)}
    assert references <= set(range(1, int(head[1])))


@pytest.mark.parametrize("key", KEYS)
def test_stream_of_a_page_has_the_length_it_says_and_shows_the_key(key: str) -> None:
    content = make_sample("document", "application/pdf", key).content
    found = re.search(rb"<</Length (\d+)>>\nstream\n(.*)\nendstream", content, re.DOTALL)
    assert found
    assert int(found[1]) == len(found[2])
    text = re.search(rb"\((.*)\) Tj", found[2])
    assert text
    assert not re.search(rb"(?<!\\)(\\\\)*[()]", text[1]), "a parenthesis or backslash ends the text"
    assert re.sub(rb"\\(.)", rb"\1", text[1]).decode() == key


def test_other_media_type_is_a_text_of_the_key() -> None:
    file = make_sample("f", "text/csv", "k")
    assert (file.media_type, file.content) == ("text/csv", b"k")


@pytest.mark.parametrize("media_type", ["audio/wav", "application/pdf", "text/plain"])
def test_same_record_has_the_same_file_each_time(media_type: str) -> None:
    assert make_sample("f", media_type, "k") == make_sample("f", media_type, "k")
