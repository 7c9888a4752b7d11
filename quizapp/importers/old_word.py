"""Turning a .doc file of Word 97–2003 into .docx with LibreOffice, where an installation has it.

LibreOffice is a large program reading a file that a stranger may have made: it runs in a folder of its own that is
removed afterwards, with a profile that forbids macros and links, proxies that lead nowhere, and limits of time,
processor, memory and file size; whatever it has started is ended with it.
"""

import logging
import os
import shutil
import struct
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from quizapp.domain.problem import N_, Problem
from quizapp.importers import confinement
from quizapp.importers.archive import is_archive, protected
from quizapp.importers.ole import SIGNATURE
from quizapp.importers.reading import Refused

PROGRAMS = ("soffice", "libreoffice")
MEGABYTE = 1024 * 1024
SECTOR = 512


@dataclass(frozen=True)
class Limits:
    """What one conversion may take: a 2,000-item file takes 6 s and 220 MB (of addresses: 2 GB)."""

    seconds: float = 60
    seconds_waiting: float = 30
    processor_seconds: int = 45
    megabytes_of_addresses: int = 4000
    megabytes_of_file: int = 64


LIMITS = Limits()
_turn = threading.BoundedSemaphore(1)
_log = logging.getLogger(__name__)

# Arguments: folder, search path, processor seconds, kilobytes of addresses, blocks of 512 bytes in a file; the rest
# is the command. A system that does not know a limit goes on without it.
_LAUNCH = """
folder=$1; PATH=$2; ulimit -c 0; ulimit -t "$3"; ulimit -v "$4" 2>/dev/null; ulimit -f "$5"; shift 5
HOME=$folder; TMPDIR=$folder; LC_ALL=C.UTF-8
http_proxy=http://127.0.0.1:9; https_proxy=$http_proxy; ftp_proxy=$http_proxy; all_proxy=$http_proxy
export PATH HOME TMPDIR LC_ALL http_proxy https_proxy ftp_proxy all_proxy
exec nice -n 10 "$@"
"""
_ARGUMENTS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--infilter=MS Word 97")
_CONVERT = ("--convert-to", "docx:MS Word 2007 XML", "--outdir")

_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_PROXY = "/org.openoffice.Inet/Settings"
_NEVER = "2"  # what Writer calls "update links: never"
_PROFILE = (
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", _NEVER),
    ("/org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    (_PROXY, "ooInetProxyType", "2"),
    *((_PROXY, f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *((_PROXY, f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
)


def docx_from_doc(data: bytes) -> bytes:
    """The same document as .docx. Raises `Refused` where it is protected, not converted, or there is no LibreOffice."""
    if _is_encrypted(data):
        raise protected()
    program = _program()
    if program is None or not data.startswith(SIGNATURE):
        raise Refused(Problem(N_("This is a .doc file. Save it as .docx in Word or WPS and import that.")))
    if not _turn.acquire(timeout=LIMITS.seconds_waiting):
        raise Refused(Problem(N_("The server is converting other .doc files just now. Try again in a minute.")))
    try:
        with tempfile.TemporaryDirectory(prefix="quizapp-doc-", ignore_cleanup_errors=True) as folder:
            return _converted(program, data, Path(folder))
    finally:
        _turn.release()


def _program() -> str | None:
    """LibreOffice: what ``QUIZAPP_SOFFICE`` names, else what the search path finds."""
    names = (os.environ.get("QUIZAPP_SOFFICE", "").strip(), *PROGRAMS)
    return next(filter(None, map(shutil.which, filter(None, names))), None)


def _is_encrypted(data: bytes) -> bool:
    """Whether the file needs a password: a bit in the block at the start of the text ([MS-DOC], 2.5.2)."""
    for start in range(SECTOR, len(data) - SECTOR, SECTOR):
        if data[start : start + 2] == b"\xec\xa5":
            return bool(struct.unpack_from("<H", data, start + 10)[0] & 0x0100)
    return False


def _converted(program: str, data: bytes, folder: Path) -> bytes:
    source, result = folder / "in" / "old.doc", folder / "out" / "old.docx"
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    for path in (source, result, settings):
        path.parent.mkdir(parents=True)
    source.write_bytes(data)
    settings.write_text(_profile(), encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, *_ARGUMENTS, *_CONVERT, str(result.parent), str(source)]
    ended = confinement.run(_limited(command, folder), b"", seconds=LIMITS.seconds, output=MEGABYTE)
    if ended.code or ended.limit or not result.is_file() or result.stat().st_size > LIMITS.megabytes_of_file * MEGABYTE:
        _log.warning("LibreOffice ended with %s %s: %s", ended.code, ended.limit, ended.said.decode(errors="replace"))
        raise _not_converted()
    converted = result.read_bytes()
    if not is_archive(converted):
        raise _not_converted()
    return converted


def _limited(command: list[str], folder: Path) -> list[str]:
    """The command under the limits, as far as the system knows them."""
    if sys.platform == "win32":
        return command
    limits = (LIMITS.processor_seconds, LIMITS.megabytes_of_addresses * 1024, LIMITS.megabytes_of_file * 2048)
    arguments = [str(folder), os.environ.get("PATH", os.defpath), *map(str, limits)]
    return ["/bin/sh", "-c", _LAUNCH, "sh", *arguments, *command]


def _profile() -> str:
    """The settings of a profile in which nothing is run and nothing fetched."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _PROFILE
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _not_converted() -> Refused:
    message = N_("The .doc file could not be converted. Save it as .docx in Word or WPS and import that.")
    return Refused(Problem(message))
