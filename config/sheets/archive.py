"""The parts of a zipped file, streamed within bounds, and one way to follow the XML of each."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from xml.parsers import expat

from config.sheets.table import Unreadable

MOST_ENTRIES = 200
HIGHEST_RATIO = 100
SMALL = 200_000  # a part this size may be as repetitive as it likes
CHUNK = 64 * 1024

# What a damaged archive, part or value makes of itself, in all the ways there are.
DAMAGE = (
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    expat.ExpatError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
BROKEN = "The file is no XLSX workbook, or a broken one."


class Archive:
    """The parts of the file, streamed, and counted over all of them."""

    def __init__(self, archive: zipfile.ZipFile, most_streamed: int) -> None:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Unreadable(f"The workbook has more than {MOST_ENTRIES} parts.")
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unreadable("The workbook is protected by a password.")
            if entry.file_size > max(SMALL, HIGHEST_RATIO * entry.compress_size):
                raise Unreadable("The workbook unpacks to far more than it should.")
        if sum(entry.file_size for entry in entries) > most_streamed:
            raise Unreadable("The workbook is too large when it is unpacked.")
        self.archive, self.names = archive, {entry.filename for entry in entries}
        self.streamed, self.most_streamed = 0, most_streamed

    def chunks(self, name: str) -> Iterator[bytes]:
        with self.archive.open(name) as part:
            while chunk := part.read(CHUNK):
                self.streamed += len(chunk)
                if self.streamed > self.most_streamed:
                    raise Unreadable("The workbook is too large when it is unpacked.")
                yield chunk


class PartReader:
    """Follows the elements of one part: `start` and `end` by their local names."""

    def parse(self, chunks: Iterator[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda name, facts: self.start(local_name(name), facts)
        parser.EndElementHandler = lambda name: self.end(local_name(name))
        parser.CharacterDataHandler = self.text
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise Unreadable("The workbook has a document type, which no spreadsheet needs.")

    def start(self, name: str, facts: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


@lru_cache(1000)  # asked of every element, and there are few names
def local_name(name: str) -> str:
    return name.rpartition(" ")[2]
