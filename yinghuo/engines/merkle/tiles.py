"""A tree stored as tiles of 256 hashes (C2SP tlog-tiles): writing them, and proofs read from a handful of them.

Tile n at level L holds the roots of the full subtrees of 256^L leaves numbered 256·n and on.
`read(level, n)` gives back a tile's hashes joined, 32 bytes each; only the hashes needed are looked
at, so it may hand out a fuller tile than asked for. What it raises passes through.
Source: c2sp.org/tlog-tiles.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    consistency_ranges,
    inclusion_ranges,
    range_root,
    root_of_hashes,
)

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
ENTRY_LIMIT_BYTES = 65_535
_LEVEL_LIMIT = 64

Read = Callable[[int, int], bytes]


class Tile(NamedTuple):
    """One tile: its level, its number in the level, and its 1 to 256 hashes joined (32 bytes each)."""

    level: int
    n: int
    hashes: bytes

    @property
    def width(self) -> int:
        """Number of hashes, 1 to 256."""
        return len(self.hashes) // HASH_BYTES

    @property
    def path(self) -> str:
        """Where the tile is served, without the log's prefix."""
        return tile_path(self.level, self.n, self.width)


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    """Path of a tile below the log's prefix; ValueError outside level 0..63, n >= 0, width 1..256.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path(1, 0, 17)
    'tile/1/000.p/17'
    """
    if not 0 <= level < _LEVEL_LIMIT:
        raise ValueError(f"tile level {level} is not within 0..63")
    return f"tile/{level}/{_numbered(n, width)}"


def bundle_path(n: int, width: int = TILE_WIDTH) -> str:
    """Path of a bundle of entries below the log's prefix; ValueError outside n >= 0, width 1..256.

    >>> bundle_path(273, 112)
    'tile/entries/273.p/112'
    """
    return f"tile/entries/{_numbered(n, width)}"


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 entries, each behind its length in two bytes, high byte first.

    ValueError for more entries, or for one above 65,535 bytes.

    >>> entry_bundle([b"", b"abc"])
    b'\\x00\\x00\\x00\\x03abc'
    """
    if len(entries) > TILE_WIDTH:
        raise ValueError(f"{len(entries)} entries, a bundle holds {TILE_WIDTH}")
    for entry in entries:
        if len(entry) > ENTRY_LIMIT_BYTES:
            raise ValueError(f"entry of {len(entry)} bytes, the limit is {ENTRY_LIMIT_BYTES}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def bundle_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle, for whoever checks a log; ValueError if cut short or above 256 entries.

    >>> bundle_entries(b"\\x00\\x00\\x00\\x03abc")
    [b'', b'abc']
    """
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ValueError("bundle of entries is cut short")
        entries.append(bundle[at + 2 : end])
        at = end
    if len(entries) > TILE_WIDTH:
        raise ValueError(f"bundle holds more than {TILE_WIDTH} entries")
    return entries


def tiles_after(old_size: int, new_leaf_hashes: Iterable[bytes], read: Read) -> list[Tile]:
    """Every new or changed tile, whole, once leaf hashes are added to a tree of `old_size` leaves.

    Lower levels come first, and within a level lower numbers. Reads at most one old tile a level.
    ValueError for a negative size, a hash that is not 32 bytes, or an old tile that is too short.

    >>> [tile.path for tile in tiles_after(0, [bytes(32)] * 257, read=lambda level, n: b"")]
    ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']
    """
    _check_size(old_size)
    hashes, count, level = list(new_leaf_hashes), old_size, 0
    if set(map(len, hashes)) - {HASH_BYTES}:
        raise ValueError("a leaf hash is not 32 bytes long")
    tiles: list[Tile] = []
    while hashes:
        n, kept = divmod(count, TILE_WIDTH)
        if kept:
            hashes = _first_hashes(read(level, n), kept, level=level, n=n) + hashes
        rows = [hashes[i : i + TILE_WIDTH] for i in range(0, len(hashes), TILE_WIDTH)]
        tiles.extend(Tile(level, n + i, b"".join(row)) for i, row in enumerate(rows))
        hashes = [root_of_hashes(row) for row in rows if len(row) == TILE_WIDTH]
        count, level = n, level + 1
    return tiles


def root_from_tiles(size: int, read: Read) -> bytes:
    """Root of the tree of the first `size` leaves; ValueError for a negative size or a short tile."""
    _check_size(size)
    return range_root(0, size, _node_reader(read)) if size else EMPTY_ROOT


def inclusion_from_tiles(index: int, size: int, read: Read) -> list[bytes]:
    """Inclusion proof of leaf `index` in the tree of the first `size` leaves.

    ValueError unless 0 <= index < size, or for a short tile.
    """
    node = _node_reader(read)
    return [range_root(a, b, node) for a, b in inclusion_ranges(index, size)]


def consistency_from_tiles(old_size: int, new_size: int, read: Read) -> list[bytes]:
    """Consistency proof between two sizes of one tree.

    ValueError unless 1 <= old_size <= new_size, or for a short tile.
    """
    node = _node_reader(read)
    return [range_root(a, b, node) for a, b in consistency_ranges(old_size, new_size)]


def _node_reader(read: Read) -> Callable[[int, int], bytes]:
    """The roots of complete subtrees, by height and index; each tile is read once."""
    tiles: dict[tuple[int, int], bytes] = {}

    def node(height: int, index: int) -> bytes:
        level, rows_up = divmod(height, TILE_HEIGHT)
        n, offset = divmod(index << rows_up, TILE_WIDTH)
        if (level, n) not in tiles:
            tiles[level, n] = read(level, n)
        end = offset + (1 << rows_up)
        return root_of_hashes(_first_hashes(tiles[level, n], end, level=level, n=n)[offset:])

    return node


def _first_hashes(data: bytes, count: int, *, level: int, n: int) -> list[bytes]:
    if len(data) < count * HASH_BYTES:
        have = len(data) // HASH_BYTES
        raise ValueError(f"tile {level}/{n} holds {have} hashes, {count} are needed")
    return [data[i : i + HASH_BYTES] for i in range(0, count * HASH_BYTES, HASH_BYTES)]


def _check_size(size: int) -> None:
    if size < 0:
        raise ValueError(f"a tree cannot have {size} leaves")


def _numbered(n: int, width: int) -> str:
    """Number in three-digit path parts, all but the last marked with x, and the mark of a partial tile."""
    if n < 0 or not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"no tile number {n} of width {width}")
    parts = [f"{n % 1000:03d}"]
    while n := n // 1000:
        parts.append(f"x{n % 1000:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return "/".join(reversed(parts)) + partial
