"""Merkle trees: published roots and proofs, a slow twin written as RFC 6962 is, and tampering that must show."""

from functools import reduce
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_of_hashes,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of the Certificate Transparency project: its leaves, and its root at each size from 0.
CT_LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): CT_INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [str(i).encode() for i in range(130)]
ROOTS = [root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]

logs = st.lists(st.binary(max_size=8), min_size=1, max_size=70)
rubbish = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=33),
    st.lists(st.one_of(st.none(), st.binary(max_size=33), st.just(bytes(32))), max_size=8),
)


def hexes(proof: list[bytes]) -> list[str]:
    return [item.hex() for item in proof]


def split(count: int) -> int:
    """The largest power of two below count, as RFC 6962 words it."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*slow_path(index, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), slow_root(leaves[:k])]


def slow_subproof(old_size: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old_size == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = split(len(leaves))
    if old_size <= k:
        return [*slow_subproof(old_size, leaves[:k], whole=whole), slow_root(leaves[k:])]
    return [*slow_subproof(old_size - k, leaves[k:], whole=False), slow_root(leaves[:k])]


def flipped(data: bytes, bit: int) -> bytes:
    at = bit // 8 % len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1 :]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_its_published_roots(size: int) -> None:
    assert root(CT_LEAVES[:size]).hex() == CT_ROOTS[size]


def test_an_empty_leaf_is_not_an_empty_tree() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root([]).hex() == EMPTY_ROOT.hex() == CT_ROOTS[0]


def test_a_node_cannot_pose_as_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root([left + right]) != root([b"a", b"b"]) == node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
def test_the_reference_tree_has_its_published_inclusion_proofs(index: int, size: int) -> None:
    proof = inclusion_proof(index, CT_LEAVES[:size])
    assert hexes(proof) == CT_INCLUSION[index, size]
    assert verify_inclusion(CT_LEAVES[index], index, size, proof, bytes.fromhex(CT_ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CT_CONSISTENCY)
def test_the_reference_tree_has_its_published_consistency_proofs(old: int, new: int) -> None:
    proof = consistency_proof(old, CT_LEAVES[:new])
    assert hexes(proof) == CT_CONSISTENCY[old, new]
    assert verify_consistency(old, new, bytes.fromhex(CT_ROOTS[old]), bytes.fromhex(CT_ROOTS[new]), proof)


@given(logs)
def test_the_root_is_that_of_the_slow_twin(leaves: list[bytes]) -> None:
    assert root(leaves) == root(iter(leaves)) == slow_root(leaves)
    assert root_of_hashes(leaf_hash(leaf) for leaf in leaves) == slow_root(leaves)


@given(logs, st.data())
def test_proofs_are_those_of_the_slow_twin_and_hold(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    included, extended = inclusion_proof(index, leaves), consistency_proof(old, leaves)
    assert included == slow_path(index, leaves)
    assert extended == slow_subproof(old, leaves, whole=True)
    assert verify_inclusion(leaves[index], index, size, included, slow_root(leaves))
    assert verify_consistency(old, size, slow_root(leaves[:old]), slow_root(leaves), extended)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 64, 65, 127, 128, 129])
def test_every_place_and_every_earlier_size_can_be_proven(size: int) -> None:
    leaves = LEAVES[:size]
    for index in range(size):
        assert verify_inclusion(leaves[index], index, size, inclusion_proof(index, leaves), ROOTS[size])
        old = index + 1
        assert verify_consistency(old, size, ROOTS[old], ROOTS[size], consistency_proof(old, leaves))


@given(st.integers(2, 129), st.data())
def test_an_inclusion_proof_holds_for_its_own_leaf_place_size_and_root_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
    bit = data.draw(st.integers(0, 255))
    proof = inclusion_proof(index, LEAVES[:size])
    at = bit % len(proof)
    bent = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
    leaf = LEAVES[index]
    assert not verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])
    assert not verify_inclusion(leaf, other, size, proof, ROOTS[size])
    assert not verify_inclusion(leaf, index, size, proof, flipped(ROOTS[size], bit))
    assert not verify_inclusion(leaf, index, size, proof, ROOTS[size + 1])
    for wrong in (bent, proof[:-1], proof[1:], [*proof, bytes(32)], [bytes(32), *proof]):
        assert not verify_inclusion(leaf, index, size, wrong, ROOTS[size])


@given(st.integers(2, 129), st.data())
def test_a_consistency_proof_holds_for_its_own_two_trees_only(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    bit = data.draw(st.integers(0, 255))
    proof = consistency_proof(old, LEAVES[:new])
    at = bit % len(proof)
    bent = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
    assert not verify_consistency(old, new, flipped(ROOTS[old], bit), ROOTS[new], proof)
    assert not verify_consistency(old, new, ROOTS[old], flipped(ROOTS[new], bit), proof)
    assert not verify_consistency(old, new, ROOTS[new], ROOTS[old], proof)
    assert not verify_consistency(new, old, ROOTS[new], ROOTS[old], proof)
    for wrong in (bent, proof[:-1], proof[1:], [*proof, bytes(32)], [bytes(32), *proof]):
        assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], wrong)


@given(st.integers(2, 129), st.data())
def test_history_rewritten_below_an_old_root_cannot_be_proven(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:changed], b"rewritten", *LEAVES[changed + 1 : new]]
    proof = consistency_proof(old, rewritten)
    assert verify_consistency(old, new, root(rewritten[:old]), root(rewritten), proof)
    assert not verify_consistency(old, new, ROOTS[old], root(rewritten), proof)


@given(st.integers(2, 129), st.data())
def test_entries_put_in_taken_out_or_swapped_change_the_root(size: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, size - 2))
    leaves = LEAVES[:size]
    swapped = [*leaves[:at], leaves[at + 1], leaves[at], *leaves[at + 2 :]]
    forged = [swapped, leaves[:at] + leaves[at + 1 :], [*leaves[:at], b"", *leaves[at:]], [*leaves, leaves[-1]]]
    assert len({root(each) for each in [leaves, *forged]}) == 5


def test_an_empty_tree_proves_nothing() -> None:
    assert not verify_consistency(0, 3, EMPTY_ROOT, ROOTS[3], [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_inclusion(b"", 0, 0, [], EMPTY_ROOT)
    with pytest.raises(ValueError, match="from 0 to 3"):
        consistency_proof(0, LEAVES[:3])


def test_a_tree_is_consistent_with_itself_by_an_empty_proof_only() -> None:
    assert verify_consistency(7, 7, ROOTS[7], ROOTS[7], [])
    assert not verify_consistency(7, 7, ROOTS[7], ROOTS[7], [ROOTS[7]])
    assert not verify_consistency(7, 7, ROOTS[7], ROOTS[8], [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_inclusion_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, LEAVES[:size])


def test_no_consistency_proof_from_a_larger_tree() -> None:
    with pytest.raises(ValueError, match="from 4 to 3"):
        consistency_proof(4, LEAVES[:3])


@settings(max_examples=300)
@given(rubbish, rubbish, rubbish, rubbish, rubbish)
def test_rubbish_is_false_and_never_an_error(a: object, b: object, c: object, d: object, e: object) -> None:
    proof = inclusion_proof(2, LEAVES[:5])
    grown = consistency_proof(3, LEAVES[:5])
    assert verify_inclusion(a, b, c, d, e) is False
    assert verify_consistency(a, b, c, d, e) is False
    assert verify_inclusion(LEAVES[2], 2, 5, proof, a) is False
    assert verify_inclusion(LEAVES[2], 2, 5, b, ROOTS[5]) is False
    assert verify_consistency(3, 5, ROOTS[3], ROOTS[5], c) is False
    assert verify_consistency(3, 5, d, ROOTS[5], grown) is False


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_refused_even_where_the_sum_fits(length: int) -> None:
    sibling = bytes(length)
    forged = node_hash(leaf_hash(b"a"), sibling)
    assert not verify_inclusion(b"a", 0, 2, [sibling], forged)
    assert not verify_consistency(1, 2, leaf_hash(b"a"), forged, [sibling])


def test_sizes_end_below_two_to_the_sixty_third() -> None:
    proof = [bytes(32)] * 63
    top = reduce(node_hash, proof, leaf_hash(b"a"))
    assert verify_inclusion(b"a", 0, 2**63 - 1, proof, top)
    assert verify_consistency(1, 2**63 - 1, leaf_hash(b"a"), top, proof)
    assert not verify_inclusion(b"a", 0, 2**63, proof, top)
    assert not verify_consistency(1, 2**63, leaf_hash(b"a"), top, proof)
