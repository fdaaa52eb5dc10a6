"""Merkle trees of RFC 6962 and RFC 9162: roots, inclusion proofs, consistency proofs, and their checks.

A tree is made of `leaves`, raw data bytes in the order of the log. A hash is 32 bytes (SHA-256).
A leaf is hashed with a leading 00 and an inner node with a leading 01, so neither can pose as the other.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
SIZE_LIMIT = 2**63  # a signed 64-bit number, which is what other programs read a size into

Range = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf, SHA-256(00 ‖ data) (RFC 6962, 2.1).

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, SHA-256(01 ‖ left ‖ right) (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over raw leaves; without leaves it is SHA-256 of nothing (RFC 6962, 2.1).

    >>> root([b"", b"\\x00"]).hex()
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
    """
    return root_of_hashes(_leaf_hashes(leaves))


def root_of_hashes(hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over leaf hashes, each 32 bytes and trusted to be so.

    Rows are paired from the left and an odd last hash moves up unchanged, which gives the
    RFC's tree without recursion.
    """
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        row = _row_above(row)
    return row[0]


def inclusion_proof(index: int, leaves: Iterable[bytes]) -> list[bytes]:
    """Hashes that lead from leaf `index` (from 0) to the root, nearest first (RFC 6962, 2.1.1).

    ValueError if the tree has no such leaf.

    >>> leaves = [b"a", b"b", b"c"]
    >>> verify_inclusion(b"c", 2, 3, inclusion_proof(2, leaves), root(leaves))
    True
    """
    hashes = _leaf_hashes(leaves)
    return [root_of_hashes(hashes[a:b]) for a, b in inclusion_ranges(index, len(hashes))]


def consistency_proof(old_size: int, leaves: Iterable[bytes]) -> list[bytes]:
    """Hashes that show the first `old_size` leaves to be a prefix of the tree (RFC 6962, 2.1.2).

    ValueError unless 1 <= old_size <= number of leaves: an empty tree proves nothing.

    >>> old, new = [b"a", b"b", b"c"], [b"a", b"b", b"c", b"d"]
    >>> verify_consistency(3, 4, root(old), root(new), consistency_proof(3, new))
    True
    """
    hashes = _leaf_hashes(leaves)
    return [root_of_hashes(hashes[a:b]) for a, b in consistency_ranges(old_size, len(hashes))]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the raw `leaf` stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).

    Rubbish of any kind (types, lengths, sizes) is answered with False, never with an error.
    """
    if not (_are_sizes(index, size) and index < size and _is_bytes(leaf)):
        return False
    if not (_are_hashes([root]) and _are_hashes(proof)):
        return False
    sides = list(_siblings_on_left(index, size - 1))
    if len(proof) != len(sides):
        return False
    found = leaf_hash(leaf)
    for on_left, sibling in zip(sides, proof, strict=True):
        found = node_hash(sibling, found) if on_left else node_hash(found, sibling)
    return found == root


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the tree of `new_size` leaves only adds to the tree of `old_size` leaves (RFC 9162, 2.1.4.2).

    False for an old size of 0, and for rubbish of any kind; never an error.
    """
    if not (_are_sizes(old_size, new_size) and 0 < old_size <= new_size):
        return False
    if not (_are_hashes([old_root, new_root]) and _are_hashes(proof)):
        return False
    if old_size == new_size:
        return len(proof) == 0 and old_root == new_root
    return _roots_along(proof, old_size, new_size, old_root) == (old_root, new_root)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Leaf ranges [start, end) whose roots form the inclusion proof, in order of the proof.

    ValueError unless 0 <= index < size.

    >>> inclusion_ranges(2, 7)
    [(3, 4), (0, 2), (4, 7)]
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _largest_power_of_two_below(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """Leaf ranges [start, end) whose roots form the consistency proof, in order of the proof.

    ValueError unless 1 <= old_size <= new_size.

    >>> consistency_ranges(3, 7)
    [(2, 3), (3, 4), (0, 2), (4, 7)]
    """
    if not 1 <= old_size <= new_size:
        raise ValueError(f"no consistency proof from {old_size} to {new_size} leaves")
    ranges, start, end = [], 0, new_size
    while old_size != end:
        middle = start + _largest_power_of_two_below(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def range_root(start: int, end: int, node: Callable[[int, int], bytes]) -> bytes:
    """Root over the leaves [start, end), put together from complete subtrees.

    node(height, i) is the root over leaves [i·2^height, (i+1)·2^height).
    start must be a multiple of the highest power of two in end - start, as in every proof.
    """
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(node(height, start >> height))
        start += 1 << height
    return reduce(lambda right, left: node_hash(left, right), reversed(parts))


def _leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + data).digest() for data in leaves]


def _row_above(row: list[bytes]) -> list[bytes]:
    pairs = iter(row)
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(row) % 2:
        above.append(row[-1])
    return above


def _largest_power_of_two_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _siblings_on_left(position: int, last: int) -> Iterator[bool]:
    """For each proof hash on the way up: is it the left one? `last` is the row's last position.

    A node without a partner (an even last one) moves up and takes no hash.
    """
    while last:
        if position % 2:
            yield True
        elif position < last:
            yield False
        position, last = position >> 1, last >> 1


def _roots_along(proof: list[bytes], old_size: int, new_size: int, old_root: bytes) -> tuple[bytes, bytes] | None:
    """Old and new root as the proof has them; None if it has the wrong length."""
    position, last = old_size - 1, new_size - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    hashes = list(proof) if position else [old_root, *proof]
    sides = list(_siblings_on_left(position, last))
    if len(hashes) != len(sides) + 1:
        return None
    old = new = hashes[0]
    for on_left, sibling in zip(sides, hashes[1:], strict=True):
        if on_left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    return old, new


def _are_sizes(*values: object) -> bool:
    return all(type(value) is int and 0 <= value < SIZE_LIMIT for value in values)


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _are_hashes(values: object) -> bool:
    if not isinstance(values, (list, tuple)):
        return False
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
