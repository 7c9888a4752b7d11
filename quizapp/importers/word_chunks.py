"""Parts that a Word body only refers to (``altChunk``): web pages and web archives (MHT) are read, RTF is not."""

import re
from email import message_from_bytes
from email.message import Message

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused
from quizapp.importers.web_page import page_lines
from quizapp.importers.word_lines import Line

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MAIL_HEADER = re.compile(rb"\s*(?:mime-version|from|content-type|subject|date|snapshot-content-location)\s*:", re.I)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|p|div|table|span|br)\b", re.IGNORECASE)
_MARKS_OF_ORDER = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BEGINNING = 4096


def chunk_lines(data: bytes) -> list[Line]:
    """The lines of an embedded web page or web archive. Raises Refused for anything else."""
    if data.lstrip().startswith(b"{\\rtf"):
        raise Refused(
            Problem(
                N_(
                    "Part of this document is embedded as RTF and was not read. "
                    "Open the document in Word or WPS, save it again as .docx and import that."
                )
            )
        )
    if _MAIL_HEADER.match(data):
        return page_lines(_archived_page(data))
    text = decoded(data)
    if not _PAGE.search(text[:_BEGINNING].encode(errors="replace")):
        raise Refused(
            Problem(
                N_(
                    "Part of this document is embedded in a form that cannot be read. "
                    "Open the document in Word or WPS, save it again as .docx and import that."
                )
            )
        )
    return page_lines(text)


def decoded(data: bytes, charset: str = "") -> str:
    """The text of a page: by its byte order mark, by the charset given or written in it, else UTF-8 or GB18030."""
    for mark, encoding in _MARKS_OF_ORDER:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    written = _CHARSET.search(data[:_BEGINNING])
    named = charset or (written.group(1).decode("ascii", errors="replace") if written else "")
    # GB2312 is what pages say; GB18030 is what they hold.
    if named.lower() in {"gb2312", "gbk"}:
        named = "gb18030"
    for encoding in filter(None, (named, "utf-8", "gb18030")):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", errors="replace")


def _archived_page(data: bytes) -> str:
    """The page of a web archive: the first part that is HTML. Pictures and frames around it are left alone."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            return decoded(_content(part), part.get_content_charset() or "")
    raise Refused(
        Problem(
            N_(
                "This document refers to an embedded web archive that holds no text. "
                "Open it in Word or WPS, save it again as .docx and import that."
            )
        )
    )


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
