"""The older Office container (OLE compound file): which streams stand at its top, and nothing else of it.

A file with a document embedded in it holds the streams of both; only the top level tells what the file itself is.
See [MS-CFB], sections 2.2 to 2.6.
"""

import struct
from collections.abc import Iterator

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_ENTRIES = 20_000
_ENTRY = 128
_IN_HEADER = 109
"""Sectors of the allocation table that the header itself names."""
_NONE = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA


def top_names(data: bytes) -> frozenset[str]:
    """The names of the streams and storages at the top level; none where the file is damaged."""
    try:
        return frozenset(_top_names(data))
    except (struct.error, IndexError, ValueError):
        return frozenset()


def _top_names(data: bytes) -> Iterator[str]:
    entries = _directory(data)
    waiting, seen = [_ids(entries[0])[2]], set[int]()
    while waiting:
        at = waiting.pop()
        if at == _NONE or at in seen:
            continue
        seen.add(at)
        entry = entries[at]
        length = struct.unpack_from("<H", entry, 64)[0]
        yield entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        left, right, _child = _ids(entry)
        waiting += [left, right]


def _ids(entry: bytes) -> tuple[int, int, int]:
    """The entries left and right of this one, and the first below it."""
    left, right, child = struct.unpack_from("<III", entry, 68)
    return left, right, child


def _directory(data: bytes) -> list[bytes]:
    """The entries of the directory, along its chain of sectors."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    tables = struct.unpack_from(f"<{_IN_HEADER}I", data, 76)
    sector = struct.unpack_from("<I", data, 48)[0]
    entries: list[bytes] = []
    while sector < _LAST_SECTOR and len(entries) < _MOST_ENTRIES:
        start = (sector + 1) * size
        entries += [data[at : at + _ENTRY] for at in range(start, start + size, _ENTRY)]
        table, place = divmod(sector, size // 4)
        sector = struct.unpack_from("<I", data, (tables[table] + 1) * size + 4 * place)[0]
    return entries
