"""Write files so that a reader never sees half of one: value -> temporary name -> rename."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from enum import Enum
from pathlib import Path, PurePath
from typing import BinaryIO, cast


def write_bytes(path: Path, data: bytes) -> Path:
    """Replace `path` by `data` in one step, parents made; returns `path`.

    After a crash the file holds either its old content or the new one, never a part of it.
    """
    with growing(path) as stream:
        stream.write(data)
    return path


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, parents made, that replaces `path` in one step when the block ends well.

    For what is too large to be held; after an error or a crash `path` is as it was. What a killed
    writer had begun stays beside it until `clear_unfinished`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def clear_unfinished(folder: Path) -> None:
    """Take away what killed writers had begun in a folder, where no other is at work."""
    for left in folder.glob(".*.????????"):
        left.unlink()


def write_text(path: Path, text: str) -> Path:
    """Replace `path` by `text` (UTF-8, newlines as given) in one step; returns `path`.

    Lone surrogates, which broken pages contain, are written as `?` instead of raising.
    """
    return write_bytes(path, text.encode("utf-8", errors="replace"))


def write_json(path: Path, value: object) -> Path:
    """Replace `path` by `value` as strict, indented JSON in one step; returns `path`.

    Raises:
        ValueError: `value` holds NaN or an infinity, which JSON does not know.
        TypeError: `value` holds an object that has no JSON form (see `to_plain`).
    """
    text = json.dumps(to_plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    return write_text(path, text + "\n")


class JsonLines:
    """A file of one JSON value a line that grows by whole lines, from any number of threads."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet: the file appears with its first line, parents made."""
        self.path = path
        self._lock = threading.Lock()

    def append(self, value: object) -> None:
        """Add `value` as one line, in one write.

        A line that a killed writer left unfinished stays a line of its own.

        Raises:
            ValueError: `value` holds NaN or an infinity.
            TypeError: `value` holds an object that has no JSON form (see `to_plain`).
        """
        line = json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as stream:
                begin = b"" if _ends_a_line(stream) else b"\n"
                stream.write(begin + line.encode("utf-8", errors="replace"))


def _ends_a_line(stream: BinaryIO) -> bool:
    """Whether the next octet written to the end of the file begins a line."""
    if not stream.seek(0, os.SEEK_END):
        return True
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def to_plain(value: object) -> object:
    """`value` in the types JSON knows: dataclasses become mappings, sets sorted lists, paths text.

    numpy scalars and arrays are understood through their `tolist`, so numpy is not imported here.

    Raises:
        TypeError: an object has no such form; the message names its type.
    """
    if value is None or (isinstance(value, (bool, str)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return _plain_container(value)


def _plain_container(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {_key(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((to_plain(item) for item in value), key=repr)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [to_plain(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    tolist = getattr(value, "tolist", None)
    if tolist is not None:
        return to_plain(cast("Callable[[], object]", tolist)())
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} has no JSON form")


def _key(key: object) -> str:
    plain = to_plain(key)
    if isinstance(plain, (str, int, float)):
        return str(plain)
    raise TypeError(f"a mapping key must be text or a number, not {key!r}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
