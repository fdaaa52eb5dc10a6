"""Files that come packed together (ZIP), with a bound on what they unpack to; and packing what goes out together."""

import io
import zipfile
from collections.abc import Mapping

from yinghuo.engines.exchange.sheets import WORKBOOK_MARKS, UnreadableError

MOST_FILES = 50
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # every packed file has the same time, so that the same files are the same bytes


def parts(data: bytes, *, most_bytes: int) -> list[bytes]:
    """The files of an archive; anything else, a workbook included, is one file. UnreadableError "archive", "too_large".

    >>> parts(packed({"a.csv": b"1", "b.csv": b"2"}), most_bytes=999), parts(b"x,y", most_bytes=999)
    ([b'1', b'2'], [b'x,y'])
    """
    if len(data) > most_bytes:
        raise UnreadableError("too_large")
    if not data.startswith(WORKBOOK_MARKS):
        return [data]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if any(one.filename == "[Content_Types].xml" for one in files):
                return [data]
            if len(files) > MOST_FILES or sum(one.file_size for one in files) > most_bytes:
                raise UnreadableError("too_large")
            return [archive.read(one) for one in files]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableError("archive") from error


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, DAY_ONE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
