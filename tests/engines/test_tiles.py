"""Tiles: their paths are the specification's, and all that is read from them equals the plain tree."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.merkle import (
    EMPTY_ROOT,
    Tile,
    bundle_entries,
    bundle_path,
    consistency_from_tiles,
    consistency_proof,
    entry_bundle,
    inclusion_from_tiles,
    inclusion_proof,
    leaf_hash,
    root,
    root_from_tiles,
    root_of_hashes,
    tile_path,
    tiles_after,
    verify_consistency,
    verify_inclusion,
)

SMALL_SIZES = [0, 1, 2, 3, 7, 8, 9, 127, 128, 129, 255, 256, 257, 258, 300, 383, 384, 511, 512, 513, 600]
LARGE_SIZES = [65_535, 65_536, 65_537]
LEAVES = [i.to_bytes(4, "big") for i in range(70_000)]
LEAF_HASHES = [leaf_hash(leaf) for leaf in LEAVES]

Store = dict[tuple[int, int], bytes]


def reader(store: Store) -> Callable[[int, int], bytes]:
    return lambda level, n: store[level, n]


def grown(store: Store, old: int, new: int) -> Store:
    """The store after the leaves from old to new were added."""
    added = tiles_after(old, LEAF_HASHES[old:new], reader(store))
    return store | {(tile.level, tile.n): tile.hashes for tile in added}


@cache
def log(size: int) -> Store:
    return grown({}, 0, size)


@pytest.mark.parametrize(
    ("level", "n", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 256, "tile/0/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (0, 273, 112, "tile/0/273.p/112"),
        (2, 0, 1, "tile/2/000.p/1"),
        (63, 5, 255, "tile/63/005.p/255"),
        (1, 1_000_000, 7, "tile/1/x001/x000/000.p/7"),
    ],
)
def test_a_tile_is_served_where_the_specification_says(level: int, n: int, width: int, path: str) -> None:
    assert tile_path(level, n, width) == path
    assert Tile(level, n, bytes(32 * width)).path == path


@pytest.mark.parametrize(("n", "width", "path"), [(0, 256, "000"), (273, 112, "273.p/112"), (1067, 1, "x001/067.p/1")])
def test_a_bundle_is_served_beside_the_tiles(n: int, width: int, path: str) -> None:
    assert bundle_path(n, width) == f"tile/entries/{path}"


@pytest.mark.parametrize(("level", "n", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_path_for_a_tile_that_cannot_be(level: int, n: int, width: int) -> None:
    with pytest.raises(ValueError, match="tile"):
        tile_path(level, n, width)


def test_seventy_thousand_leaves_make_the_tiles_the_specification_counts() -> None:
    widths = {key: len(hashes) // 32 for key, hashes in log(70_000).items()}
    expected = {(0, n): 256 for n in range(273)} | {(0, 273): 112, (1, 0): 256, (1, 1): 17, (2, 0): 1}
    assert widths == expected


def test_two_hundred_fifty_six_leaves_are_one_full_tile_and_one_hash_above() -> None:
    assert [tile.path for tile in tiles_after(0, LEAF_HASHES[:256], reader({}))] == ["tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize("size", [*SMALL_SIZES, *LARGE_SIZES])
def test_a_tile_holds_the_roots_of_the_subtrees_it_stands_for(size: int) -> None:
    """The formula of tlog-tiles: MTH(D[(n·256+i)·256^L : (n·256+i+1)·256^L]), floor(size / 256^L) of them."""
    store, hashes = log(size), LEAF_HASHES[:size]
    for level in range(3):
        span = 256**level
        expected = [root_of_hashes(hashes[i * span : (i + 1) * span]) for i in range(size // span)]
        held = b"".join(store[key] for key in sorted(store) if key[0] == level)
        assert held == b"".join(expected)


@pytest.mark.parametrize("size", [*SMALL_SIZES, *LARGE_SIZES])
def test_root_and_proofs_from_tiles_equal_the_plain_ones(size: int) -> None:
    read, leaves = reader(log(size)), LEAVES[:size]
    assert root_from_tiles(size, read) == root(leaves)
    places = {0, 1, 255, 256, 65_535, size // 2, size - 2, size - 1}
    for index in sorted(places & set(range(size))):
        assert inclusion_from_tiles(index, size, read) == inclusion_proof(index, leaves)
        assert consistency_from_tiles(index + 1, size, read) == consistency_proof(index + 1, leaves)


@given(st.integers(1, 600), st.data())
def test_any_proof_from_tiles_equals_the_plain_one_and_holds(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    read, leaves = reader(log(600)), LEAVES[:size]
    included, extended = inclusion_from_tiles(index, size, read), consistency_from_tiles(old, size, read)
    assert included == inclusion_proof(index, leaves)
    assert extended == consistency_proof(old, leaves)
    assert verify_inclusion(LEAVES[index], index, size, included, root_from_tiles(size, read))
    assert verify_consistency(old, size, root_from_tiles(old, read), root_from_tiles(size, read), extended)


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), max_size=6))
def test_it_does_not_matter_in_what_portions_a_log_grew(portions: list[int]) -> None:
    store: Store = {}
    size = 0
    for portion in portions:
        store = grown(store, size, size + portion)
        size += portion
    assert store == log(size)


def test_a_log_grown_across_the_third_level_equals_one_built_at_once() -> None:
    steps = [0, 65_279, 65_280, 65_535, 65_536, 65_537, 70_000]
    store: Store = {}
    for old, new in pairwise(steps):
        store = grown(store, old, new)
        assert store == log(new)


def test_adding_reads_at_most_one_old_tile_a_level_and_writes_only_what_changed() -> None:
    asked = []

    def read(level: int, n: int) -> bytes:
        asked.append((level, n))
        return log(65_535)[level, n]

    added = tiles_after(65_535, LEAF_HASHES[65_535:65_537], read)
    assert asked == [(0, 255), (1, 0)]
    assert [tile.path for tile in added] == ["tile/0/255", "tile/0/256.p/1", "tile/1/000", "tile/2/000.p/1"]


def test_nothing_added_changes_no_tile() -> None:
    assert tiles_after(300, [], reader({})) == []


def test_a_proof_in_a_large_log_reads_a_handful_of_tiles_once_each() -> None:
    asked = []

    def read(level: int, n: int) -> bytes:
        asked.append((level, n))
        return log(70_000)[level, n]

    proof = inclusion_from_tiles(12_345, 70_000, read)
    assert proof == inclusion_proof(12_345, LEAVES)
    assert len(asked) == len(set(asked)) <= 5


def test_a_fuller_tile_than_asked_for_serves_every_smaller_size() -> None:
    read = reader(log(600))
    assert [root_from_tiles(size, read) for size in range(601)] == [root(LEAVES[:size]) for size in range(601)]


def test_a_hash_changed_in_any_tile_changes_the_root_or_is_not_read() -> None:
    true_root = root(LEAVES[:600])
    changed = []
    for key, hashes in log(600).items():
        forged = bytes([hashes[0] ^ 1]) + hashes[1:]
        changed.append((key, root_from_tiles(600, reader(log(600) | {key: forged})) != true_root))
    assert changed == [((0, 0), False), ((0, 1), False), ((0, 2), True), ((1, 0), True)]


def test_an_empty_log_has_the_empty_root_and_no_proofs() -> None:
    assert root_from_tiles(0, reader({})) == EMPTY_ROOT
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_from_tiles(0, 0, reader({}))
    with pytest.raises(ValueError, match="from 0 to 5"):
        consistency_from_tiles(0, 5, reader(log(7)))
    with pytest.raises(ValueError, match="-1 leaves"):
        root_from_tiles(-1, reader({}))


def test_a_tile_too_short_for_the_size_is_named() -> None:
    short = log(600) | {(0, 2): log(600)[0, 2][:-1]}
    with pytest.raises(ValueError, match="tile 0/2 holds 87 hashes, 88 are needed"):
        root_from_tiles(600, reader(short))
    with pytest.raises(ValueError, match="tile 0/2 holds 87 hashes, 88 are needed"):
        tiles_after(600, [bytes(32)], reader(short))


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33)])
def test_only_whole_hashes_are_added(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tiles_after(0, [bytes(32), wrong], reader({}))
    with pytest.raises(ValueError, match="-1 leaves"):
        tiles_after(-1, [bytes(32)], reader({}))


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_back_as_written(entries: list[bytes]) -> None:
    assert bundle_entries(entry_bundle(entries)) == entries


def test_an_entry_may_have_65535_bytes_and_no_more() -> None:
    assert entry_bundle([bytes(65_535)]) == b"\xff\xff" + bytes(65_535)
    with pytest.raises(ValueError, match="65536 bytes"):
        entry_bundle([bytes(65_536)])


def test_a_bundle_holds_256_entries_and_no_more() -> None:
    assert bundle_entries(entry_bundle([b"a"] * 256)) == [b"a"] * 256
    with pytest.raises(ValueError, match="257"):
        entry_bundle([b"a"] * 257)
    with pytest.raises(ValueError, match="more than 256"):
        bundle_entries(b"\x00\x01a" * 257)


@given(st.lists(st.binary(min_size=1, max_size=5), min_size=1, max_size=5), st.data())
def test_a_bundle_cut_within_an_entry_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    bundle = entry_bundle(entries)
    cut = data.draw(st.integers(1, len(entries[-1]) + 1))
    with pytest.raises(ValueError, match="cut short"):
        bundle_entries(bundle[:-cut])
