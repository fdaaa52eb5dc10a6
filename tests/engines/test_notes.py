"""Signed notes: the keys and notes that other programs published, and everything that must not pass for one."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.merkle import (
    Checkpoint,
    NoteError,
    add_signature,
    checkpoint_text,
    parse_checkpoint,
    sign_note,
    verify_note,
    vkey_of,
)

# The example of Go's package golang.org/x/mod/sumdb/note, with a second signature by the key of 32 zero bytes.
PETER, ENOCH = "PeterNeumann", "EnochRoot"
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}"

# A checkpoint of Go's public checksum database, and the key every Go program carries.
SUMDB_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— sum.golang.org "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

SEED = bytes(range(32))
LOG = "example.org/log"
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n"), max_size=60)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1)


def key_with_id(name: str, material: bytes) -> str:
    """A verifier key whose id fits its name and material, whatever the material is."""
    key_id = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(material).decode()}"


def test_signing_gives_the_note_that_go_published() -> None:
    assert sign_note(TEXT, PETER, PETER_SKEY) == NOTE


def test_the_note_that_go_published_is_verified() -> None:
    assert verify_note(NOTE, PETER_VKEY) == verify_note(NOTE.encode(), PETER_VKEY) == TEXT


def test_a_second_signature_is_the_one_that_go_published() -> None:
    both = add_signature(NOTE, ENOCH, bytes(32))
    assert both == NOTE + ENOCH_LINE
    assert verify_note(both, PETER_VKEY) == verify_note(both, ENOCH_VKEY) == TEXT


def test_a_checkpoint_of_the_public_checksum_database_is_verified() -> None:
    point = parse_checkpoint(verify_note(SUMDB_NOTE, SUMDB_VKEY))
    root = b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert point == Checkpoint("go.sum database tree", 20_852_163, root)
    assert SUMDB_NOTE.startswith(checkpoint_text(*point) + "\n")


def test_seed_key_object_and_go_string_are_one_key() -> None:
    seed = b64decode(PETER_SKEY.split("+", 4)[4])[1:]
    private = Ed25519PrivateKey.from_private_bytes(seed)
    assert sign_note(TEXT, PETER, seed) == sign_note(TEXT, PETER, private) == NOTE
    assert vkey_of(PETER, seed) == vkey_of(PETER, private) == vkey_of(PETER, PETER_SKEY) == PETER_VKEY


@given(texts, names, st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_verified(text: str, name: str, seed: bytes) -> None:
    note = sign_note(text + "\n", name, seed)
    assert verify_note(note, vkey_of(name, seed)) == text + "\n"
    with pytest.raises(NoteError):
        verify_note(note, PETER_VKEY)


@pytest.mark.parametrize("text", ["\n", "\n\n", "a\n\n", "\n\n\na\n\n\n", "a\n\n— b AAAAAAA=\n"])
def test_the_last_blank_line_parts_text_and_signatures(text: str) -> None:
    assert verify_note(sign_note(text, LOG, SEED), vkey_of(LOG, SEED)) == text


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
def test_no_bit_of_a_note_can_be_changed(bit: int) -> None:
    data = bytearray(NOTE.encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NoteError):
        verify_note(bytes(data), PETER_VKEY)


def test_signatures_by_unknown_keys_are_ignored() -> None:
    unknown = b64encode(bytes(4) + b"of some other kind").decode()
    namesake = f"— PeterNeumann {unknown}\n"
    stranger = f"— Stranger {PETER_LINE.split(' ')[2]}"
    assert verify_note(f"{TEXT}\n{namesake}{stranger}{PETER_LINE}", PETER_VKEY) == TEXT


def test_a_wrong_signature_by_the_key_fails_the_note_even_beside_a_right_one() -> None:
    key_id = b64decode(PETER_LINE.split(" ")[2])[:4]
    for value in (bytes(64), b"short", bytes(67)):
        wrong = f"— PeterNeumann {b64encode(key_id + value).decode()}\n"
        for lines in (wrong, wrong + PETER_LINE, PETER_LINE + wrong):
            with pytest.raises(NoteError, match="wrong"):
                verify_note(f"{TEXT}\n{lines}", PETER_VKEY)


def test_a_signature_under_another_text_does_not_count() -> None:
    other = sign_note("another text\n", PETER, PETER_SKEY)
    with pytest.raises(NoteError, match="wrong"):
        verify_note(TEXT + "\n" + other.split("\n\n")[1], PETER_VKEY)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        TEXT + "\n",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "Unexpected line.\n",
        TEXT + PETER_LINE,
        NOTE.replace("— ", "- "),
        NOTE.replace("— Peter", "—Peter"),
        NOTE.replace("— PeterNeumann", "— Bad Name"),
        NOTE.replace("— PeterNeumann", "— a+b"),
        NOTE.replace("— PeterNeumann ", "—  "),
        NOTE.replace("AM=\n", "AM\n"),
        NOTE.replace("AM=\n", "AN=\n"),
        NOTE.replace("AM=\n", "AM= \n"),
        NOTE.replace("AM=\n", "AM=\r\n"),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        "\x01" + NOTE,
        "\t" + NOTE,
        "\ud800" + NOTE,
        b"\xff" + NOTE.encode(),
        NOTE + PETER_LINE * 100,
    ],
)
def test_a_malformed_note_is_refused(note: str | bytes) -> None:
    with pytest.raises(NoteError):
        verify_note(note, PETER_VKEY)
    with pytest.raises(NoteError):
        add_signature(note, ENOCH, bytes(32))


def test_a_hundred_signatures_are_read_and_one_more_is_not_written() -> None:
    note = NOTE
    for i in range(99):
        note = add_signature(note, f"witness{i}", SEED)
    assert verify_note(note, PETER_VKEY) == verify_note(note, vkey_of("witness98", SEED)) == TEXT
    with pytest.raises(NoteError, match="at most 100"):
        add_signature(note, "witness99", SEED)


def test_signing_again_replaces_the_signature_of_the_same_key() -> None:
    both = add_signature(NOTE, ENOCH, bytes(32))
    assert add_signature(both, ENOCH, bytes(32)) == both
    assert add_signature(both, PETER, PETER_SKEY) == f"{TEXT}\n{ENOCH_LINE}{PETER_LINE}"


@pytest.mark.parametrize("place", range(len(PETER_VKEY)))
def test_no_character_of_a_verifier_key_can_be_changed_or_cut_off(place: int) -> None:
    for vkey in (
        PETER_VKEY[:place] + chr(ord(PETER_VKEY[place]) + 1) + PETER_VKEY[place + 1 :],
        PETER_VKEY[:place],
        PETER_VKEY[place + 1 :],
    ):
        with pytest.raises(NoteError):
            verify_note(NOTE, vkey)


@pytest.mark.parametrize("place", range(len(PETER_SKEY)))
def test_no_character_of_a_signing_key_can_be_changed_or_cut_off(place: int) -> None:
    for skey in (
        PETER_SKEY[:place] + chr(ord(PETER_SKEY[place]) + 1) + PETER_SKEY[place + 1 :],
        PETER_SKEY[:place],
        PETER_SKEY[place + 1 :],
    ):
        with pytest.raises(NoteError):
            sign_note(TEXT, PETER, skey)


def test_a_key_of_another_kind_or_length_is_refused_though_its_id_fits() -> None:
    material = b64decode(PETER_VKEY.split("+", 2)[2])
    assert key_with_id(PETER, material) == PETER_VKEY
    for bad in (b"\x02" + material[1:], material + b"\x00", material[:-1], b"\x01", b""):
        with pytest.raises(NoteError, match="not an Ed25519 key"):
            verify_note(NOTE, key_with_id(PETER, bad))


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_seed_is_32_bytes(seed: bytes) -> None:
    with pytest.raises(NoteError, match="32 bytes"):
        sign_note(TEXT, PETER, seed)


def test_a_go_key_signs_under_its_own_name_only() -> None:
    with pytest.raises(NoteError, match="belongs to PeterNeumann"):
        sign_note(TEXT, ENOCH, PETER_SKEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u3000b", "a\u2028b", "\x01", "\udc00"])
def test_a_name_with_a_space_or_a_plus_is_refused(name: str) -> None:
    with pytest.raises(NoteError):
        sign_note(TEXT, name, SEED)
    with pytest.raises(NoteError):
        vkey_of(name, SEED)


@pytest.mark.parametrize("text", ["", "abc", "a\tb\n", "a\r\n", "a\x00\n", "\ud800\n"])
def test_a_text_without_a_last_newline_or_with_control_characters_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, LOG, SEED)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back_as_written(size: int, root: bytes) -> None:
    assert parse_checkpoint(checkpoint_text("县 A/log", size, root)) == Checkpoint("县 A/log", size, root)


def test_extension_lines_are_read_over() -> None:
    text = checkpoint_text(LOG, 7, SEED)
    assert parse_checkpoint(text + "anything else\n") == parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org/log\n7\n",
        checkpoint_text(LOG, 7, SEED)[:-1],
        checkpoint_text(LOG, 7, SEED) + "\n",
        checkpoint_text(LOG, 7, SEED) + "\nmore\n",
        checkpoint_text(LOG, 7, SEED).replace(LOG, ""),
        *(
            checkpoint_text(LOG, 7, SEED).replace("\n7\n", f"\n{n}\n")
            for n in ("07", "-7", "+7", "7 ", "７", "0x7", "")
        ),
        checkpoint_text(LOG, 7, SEED).replace("\n7\n", f"\n{2**63}\n"),
        checkpoint_text(LOG, 7, SEED).replace("AAEC", "AAE*"),
        checkpoint_text(LOG, 7, SEED).replace("AAEC", ""),
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 0, SEED), ("a\nb", 0, SEED), ("a\tb", 0, SEED), (LOG, -1, SEED), (LOG, 2**63, SEED), (LOG, 0, SEED[:31])],
)
def test_a_checkpoint_that_nobody_could_read_is_not_written(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(NoteError):
        checkpoint_text(origin, size, root)
