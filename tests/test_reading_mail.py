"""What a mail and an invitation say, and what they are not believed: bombs, forged headers, odd alphabets."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.evidence import calendar, mail
from customers.evidence.artefacts import Unusable, plain_text

HEAD = b"From: Chen <chen@x.example>\r\nTo: wang@y.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0800\r\nMessage-ID: <1@x>\r\n"


def read(more=b"", body=b"Hello"):
    return mail.read(HEAD + more + b"\r\n" + body)


def test_a_plain_mail():
    letter = read(b"Subject: =?utf-8?b?5Zu+57q4?=\r\nCc: An <AN@y.example>\r\n", b"Line\r\n> quoted\r\nafter")
    assert (letter.sender, letter.recipients, letter.name) == (
        "chen@x.example",
        ["wang@y.example", "an@y.example"],
        "1@x",
    )
    assert letter.written_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert letter.words == "图纸\nLine"


def test_a_name_that_looks_like_an_address_is_none():
    letter = mail.read(HEAD.replace(b"Chen <chen@x.example>", b'"chen@x.example" <rep@private.example>') + b"\r\nx")
    assert letter.sender == "rep@private.example"


@pytest.mark.parametrize(
    "header", [b"From: other@x.example\r\n", b"Date: Mon, 23 Nov 2026 11:00:00 +0800\r\n", b"Message-ID: <2@x>\r\n"]
)
def test_a_header_that_stands_twice_is_no_mail(header):
    with pytest.raises(Unusable):
        read(header)


BOMBS = {
    "empty": b"",
    "NUL": b"\0",
    "nobody": b"From: \r\n\r\nx",
    "two senders": b"From: a@b.cc, c@d.ee\r\n\r\nx",
    "brackets": b"From: " + b"(" * 5000 + b"\r\n\r\nx",
    "headers": HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nx",
    "parts": HEAD + b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n' + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 5000,
    "levels": HEAD + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(2000)),
    "mails in mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    "long header": b"From: chen@x.example\r\nSubject: " + b"=?utf-7?q?a?= " * 5000 + b"\r\n\r\nx",
}  # fmt: skip


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_seen_from_outside(content):
    """Each in well under a second, with a sentence."""
    began = time.process_time()
    with pytest.raises(Unusable):
        mail.read(content)
    assert time.process_time() - began < 2


def test_of_mails_that_hang_on_one_a_few_are_read():
    """Ninety of them, with as many addresses as are read, took 25 seconds."""
    part = (
        b"--a\r\nContent-Type: text/x\r\nContent-Disposition: attachment; filename=x.eml\r\n\r\n" + HEAD + b"\r\nx\r\n"
    )
    letter = read(b'Content-Type: multipart/mixed; boundary="a"\r\n', part * 90 + b"--a--\r\n")
    assert len(letter.originals) == mail.LIMITS.originals


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "rot13", "zip", "idna", "nonsense", "utf-16", "\xff"])
def test_codecs_that_are_no_alphabet_are_not_asked(charset):
    letter = read(f"Content-Type: text/plain; charset={charset}\r\n".encode("latin-1"), b"+ADw-script+AD4- \\u003c")
    assert "<" not in letter.opening


def test_chinese_in_the_alphabets_of_china():
    for name in ("gb2312", "gbk", "gb18030", "utf-8", "big5"):
        text = "圖紙已確認" if name == "big5" else "图纸已确认"
        assert read(f"Content-Type: text/plain; charset={name}\r\n".encode(), text.encode(name)).opening == text


def test_only_the_mail_itself_is_read():
    """No attachment, no HTML."""
    body = (
        b'--a\r\nContent-Type: text/html\r\n\r\n<script>x</script>\r\n--a\r\nContent-Type: text/plain; name="notes.txt"\r\n'
        b'Content-Disposition: attachment; filename="notes.txt"\r\n\r\nan attachment\r\n--a--\r\n'
    )
    assert read(b'Content-Type: multipart/mixed; boundary="a"\r\n', body).words == ""


@given(st.binary(max_size=400))
def test_whatever_comes_is_a_mail_or_a_sentence(content):
    for attempt in (content, HEAD + content):
        with suppress(Unusable):
            mail.read(attempt)


@given(st.binary(max_size=300))
def test_whatever_comes_is_an_invitation_or_a_sentence(content):
    for attempt in (content, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + content + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"):
        with suppress(Unusable):
            calendar.read(attempt)


def test_a_time_zone_that_changes_every_second_is_not_worked_out():
    zone = (
        b"BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\n"
        b"RRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    event = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261123T020000Z\r\nDTSTART;TZID=Bomb:20261123T100000\r\nEND:VEVENT\r\n"
    began = time.process_time()
    [meeting] = calendar.read(b"BEGIN:VCALENDAR\r\n" + zone + event + b"END:VCALENDAR\r\n")
    assert time.process_time() - began < 1
    assert meeting.happened_at.year == 2026


@given(st.text())
def test_what_is_kept_of_a_text_can_be_kept(text):
    kept = plain_text(text, 100)
    assert "\0" not in kept
    kept.encode()
    assert len(kept) <= 100
