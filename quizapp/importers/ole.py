"""The older Office container (OLE compound file): which streams stand at its top, and what they hold.

A file with a document embedded in it holds the streams of both; only the top level tells what the file itself is.
See [MS-CFB], sections 2.2 to 2.6.
"""

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_IN_HEADER = 109
"""Sectors of the allocation table that the header itself names; a chain of sectors names the others."""
_NONE = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA


def top_names(data: bytes) -> frozenset[str]:
    """The names of the streams and storages at the top level; none where the file is damaged."""
    try:
        return frozenset(_top_entries(data))
    except (struct.error, IndexError, ValueError):
        return frozenset()


def stream(data: bytes, name: str) -> bytes:
    """The content of a stream at the top level; empty where there is none or the file is damaged.

    Streams of less than 4,096 bytes are kept elsewhere and are not looked for: no workbook is that small.
    """
    try:
        entry = _top_entries(data).get(name)
        return _chain(data, struct.unpack_from("<I", entry, 116)[0]) if entry else b""
    except (struct.error, IndexError, ValueError):
        return b""


def _top_entries(data: bytes) -> dict[str, bytes]:
    directory = _chain(data, struct.unpack_from("<I", data, 48)[0])
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    found: dict[str, bytes] = {}
    waiting, seen = [_ids(entries[0])[2]], set[int]()
    while waiting:
        at = waiting.pop()
        if at == _NONE or at in seen:
            continue
        seen.add(at)
        length = struct.unpack_from("<H", entries[at], 64)[0]
        found[entries[at][: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")] = entries[at]
        left, right, _child = _ids(entries[at])
        waiting += [left, right]
    return found


def _ids(entry: bytes) -> tuple[int, int, int]:
    """The entries left and right of this one, and the first below it."""
    left, right, child = struct.unpack_from("<III", entry, 68)
    return left, right, child


def _chain(data: bytes, sector: int) -> bytes:
    """The sectors of one stream, each found from the one before by the allocation table."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    tables = _tables(data, size)
    content: list[bytes] = []
    while sector < _LAST_SECTOR and len(content) * size <= len(data):
        content.append(data[(sector + 1) * size : (sector + 2) * size])
        table, place = divmod(sector, size // 4)
        sector = struct.unpack_from("<I", data, (tables[table] + 1) * size + 4 * place)[0]
    return b"".join(content)


def _tables(data: bytes, size: int) -> list[int]:
    """The sectors that the allocation table fills."""
    tables = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    sector = struct.unpack_from("<I", data, 68)[0]
    while sector < _LAST_SECTOR and len(tables) * size <= len(data):
        *more, sector = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        tables += more
    return tables
