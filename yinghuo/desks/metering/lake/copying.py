"""The readings copied to another folder and back: what never changes is copied once, the table's log last."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from yinghuo.desks.metering.lake.spool import NAME
from yinghuo.desks.metering.lake.store import Lake

LOG, LAST, SPOOL, LAKE = "_delta_log", "_last_checkpoint", "spool", "lake"
VERSION_DIGITS = 20
TRIES = 3  # a vacuum may take a file away while it is copied; then the newest state is copied instead


class Copied(NamedTuple):
    """What a copy came to: version of the lake's table, its data files, and how many bytes were new."""

    version: int
    files: int
    new_bytes: int


def copy(lake: Lake, spool: Path, target: Path) -> Copied:
    """Brings a copy of spool and lake in `target` up to date, while both are written to; broken off, it goes on.

    Copy PostgreSQL before: what the lake has beyond it is entered when the copy is drained. The spool is copied before
    the lake, so that a reading on its way is in one of them, or in both, and then stored once.
    """
    for try_left in reversed(range(TRIES)):
        try:
            new_bytes = _mirror(_spooled(spool), spool, target / SPOOL, immutable=False)
            return _lake(lake, target / LAKE, new_bytes)
        except FileNotFoundError:
            if not try_left:
                raise
    raise AssertionError("unreachable")


def bring_back(source: Path, lake: Path, spool: Path) -> int:
    """Replaces lake and spool by those of a copy; head-end and worker must not run. Returns the files brought back."""
    files = 0
    for part, folder in ((LAKE, lake), (SPOOL, spool)):
        shutil.rmtree(folder, ignore_errors=True)
        if (source / part).exists():
            shutil.copytree(source / part, folder)
            files += sum(one.is_file() for one in folder.rglob("*"))
    return files


def _lake(lake: Lake, target: Path, new_bytes: int) -> Copied:
    root, table = Path(lake.uri), lake.snapshot()
    data = [_path(uri) for uri in table.file_uris()]
    new_bytes += _mirror(data, root, target, immutable=True)
    log = [one for one in sorted((root / LOG).iterdir()) if _version_of(one) <= table.version()]
    new_bytes += _mirror(log, root / LOG, target / LOG, immutable=True)
    held = {one.relative_to(root) for one in data}
    for stale in target.rglob("*.parquet"):
        if LOG not in stale.parts and stale.relative_to(target) not in held:
            stale.unlink()
    return Copied(table.version(), len(data), new_bytes)


def _mirror(files: Iterable[Path], root: Path, target: Path, *, immutable: bool) -> int:
    """Copies files to the same places under `target`, whole or not at all; returns the bytes copied.

    immutable: a file that is there already is not copied again; otherwise, what is not among `files` is deleted
    """
    copied, held = 0, set()
    for file in files:
        to = target / file.relative_to(root)
        held.add(to)
        if immutable and to.exists() and file.name != LAST:
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        unfinished = to.with_name(f"{to.name}.unfinished")
        shutil.copyfile(file, unfinished)
        copied += unfinished.stat().st_size
        unfinished.replace(to)
    if not immutable and target.exists():
        for stale in set(target.iterdir()) - held:
            stale.unlink()
    return copied


def _spooled(spool: Path) -> list[Path]:
    """The spool's segments and its name, without its lock."""
    return [*sorted(spool.glob("*.segment")), *spool.glob(NAME)]


def _version_of(file: Path) -> int:
    """The version that a file of the log speaks of; -1 for what is no file of a version."""
    if file.name == LAST:
        return int(json.loads(file.read_text())["version"])
    digits = file.name[:VERSION_DIGITS]
    return int(digits) if digits.isdigit() else -1


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path)) if "://" in uri else Path(uri)
