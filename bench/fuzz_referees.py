"""What the fuzzer of the meter protocols knows of them, written apart from the engines: seeds, repairs, sound frames.

A repair makes the sums and lengths of a mutated frame right again, so that its content is tried as well as its sums.
`sound` counts the places where a frame begins whose sums and end are right: an engine can accept no more than that.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Referee(NamedTuple):
    """Seeds of one protocol, how its frames are repaired, and how many sound ones are in some bytes."""

    seeds: tuple[bytes, ...]
    repair: Callable[[bytearray], None]
    sound: Callable[[bytes], int]


def _hex(*texts: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text.replace(" ", "")) for text in texts)


def crc_x25(data: bytes) -> bytes:
    """CRC-16/X.25 bit by bit, low byte first; of "123456789" it is 906E."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x8408 if register & 1 else 0)
    return (register ^ 0xFFFF).to_bytes(2, "little")


SEEDS_645 = _hex(
    "68610100000000681104333334331416",
    "6861010000000068910833333433593333338A16",
    "68610100000000689107333435 35CC7C331616",
    "FE68129078563412689306 45C3AB8967450716",
    "6812907856341268D101358D16",
    "FEFEFEFE681855600600006891083434333 7395C454B3316",
    "6899999999999968080684554338394A4B16",
    "68AAAAAAAAAAAA681300DF16",
    "FEFEFEFE6800514418111768910635 33B3353683 4516",
    "6861010000000068110A343334393849473A4359BF16",
    "6861010000000068120533323433344916",
    "6861010000000068B10833323433333433338416",
    "68610100000000689207333234333433353316",
    "686101000000006814113A34333735333333AB8967453333343A590A16",
    "689999999999996816043333CCCC7E16",
    "68610100000000681701539D16",
    "6861010000000068180C363F333735333333354455663716",
    "68610100000000681B0C35333333AB89674532323232CF16",
    "68610100000000681C1035333333AB8967454D335949473A43594B16",
    "6861010000000068910A3332343534563232CC55AA16",
    "6861010000000068910C33333434AB8945633B4834598916",
    "6861010000000068910A3433343735633B36334A2516",
    "6861010000000068910833333633674533B32C16",
    "6861010000000068912234333339D3D34C633B483459DDDD333C333C333C333CDDDDDD333334333335DD23187716",
)
SEEDS_698 = _hex(
    "6817004305000000000000007279050100200002 01003DA716",
    "681C00C30500000000000000BCFF85010020000201 0112096D0000DEF116",
    "683400C305000000000000009CA18501000010020001010506000 1E240060000271006000 04E200600007530060000F7E00000CCB316",
    "682100C305000000000000001DDB8501004000020001 1C07EA0A070E101A0000E4C516",
    "682500C30500000000000000488585030050040200010000100201010106 0001E24000003A6116",
    "683800430501000000000010E00802000010" + "FF" * 24 + "04000400010400000000640000DB7916",
    "6834004305050000000000016184070112601482000202110701015b0150020200040010020100200201200002002001020000c33216",
)
SEEDS_376 = _hex(
    "683200320068C90002341200027100000100 8516",
    "6832003200680B000234120000610000010 0B516",
    "683200320068C900023412000271000004008816",
    "68E200E200684B0002341204 10E0000001001F6BBC0A100068611001301215681104333334337B16"
    + "00" * 16
    + "001351232105A116",
    "684a004a006888001001002c00e1000001000119441016053016",
)
SEEDS_COSEM = _hex(
    "7ea00802232193bd647e",
    "7EA01F21022373E6C781801205019A06019A070400000001080400000001CCA27E",
    "c001c1000100002b0100ff0200",
    "c401c1000600001391",
    "0001000100100009c401c1000600001391",
    "000100100001000dc001c1000100002b0100ff0200",
)


def repair_645(data: bytearray) -> None:
    """Sum and end of the first frame."""
    at = data.find(0x68)
    if at >= 0 and len(data) >= at + 12:
        data[at + 7] = 0x68
        data[at + 9] = min(data[at + 9], len(data) - at - 12)
        stop = at + 12 + data[at + 9]
        data[stop - 2], data[stop - 1] = sum(data[at : stop - 2]) & 0xFF, 0x16


def sound_645(data: bytes) -> int:
    """Frames of DL/T 645 with a right sum, wherever they begin."""
    found = 0
    for at in range(len(data) - 11):
        stop = at + 12 + data[at + 9]
        if data[at] == data[at + 7] == 0x68 and stop <= len(data) and data[stop - 1] == 0x16:
            found += sum(data[at : stop - 2]) % 256 == data[stop - 2]
    return found


def repair_698(data: bytearray) -> None:
    """Length, both check sequences and end of the first frame."""
    at = data.find(0x68)
    if at < 0 or len(data) < at + 12:
        return
    head = at + 6 + (data[at + 4] & 15) + 1
    if len(data) < head + 5:
        return
    size = len(data) - at - 2
    data[at + 1 : at + 3] = bytes([size & 0xFF, data[at + 2] & 0xC0 | size >> 8 & 0x3F])
    data[head : head + 2] = crc_x25(data[at + 1 : head])
    data[-3:-1] = crc_x25(data[at + 1 : -3])
    data[-1] = 0x16


def sound_698(data: bytes) -> int:
    """Frames of DL/T 698.45 with right check sequences, wherever they begin."""
    found = 0
    for at in range(len(data) - 11):
        size = (data[at + 1] | data[at + 2] << 8) & 0x3FFF
        head, end = at + 6 + (data[at + 4] & 15) + 1, at + 1 + size
        if data[at] == 0x68 and head + 4 <= end < len(data) and data[end] == 0x16:
            right = crc_x25(data[at + 1 : head]) == data[head : head + 2]
            found += right and crc_x25(data[at + 1 : end - 2]) == data[end - 2 : end]
    return found


def repair_376(data: bytearray) -> None:
    """Lengths, sum and end of the first frame."""
    at = data.find(0x68)
    if at >= 0 and len(data) >= at + 10:
        size = (len(data) - at - 8) << 2 | (data[at + 1] & 3)
        data[at + 1 : at + 3] = data[at + 3 : at + 5] = (size & 0xFFFF).to_bytes(2, "little")
        data[at + 5] = 0x68
        data[-2], data[-1] = sum(data[at + 6 : -2]) & 0xFF, 0x16


def sound_376(data: bytes) -> int:
    """Frames of Q/GDW 376.1 with a right sum, wherever they begin."""
    found = 0
    for at in range(len(data) - 7):
        size = (data[at + 1] | data[at + 2] << 8) >> 2
        end = at + 6 + size
        if data[at] == data[at + 5] == 0x68 and data[at + 1 : at + 3] == data[at + 3 : at + 5] and end + 1 < len(data):
            found += data[end + 1] == 0x16 and sum(data[at + 6 : end]) % 256 == data[end]
    return found


def repair_hdlc(data: bytearray) -> None:
    """Length, both check sequences and flags of an HDLC frame; other bytes stay as they are."""
    if len(data) < 10 or data[0] != 0x7E:
        return
    size = len(data) - 2
    data[1:3] = bytes([0xA0 | data[1] & 8 | size >> 8 & 7, size & 0xFF])
    at = 3
    for _ in range(2):  # two addresses, each ending with a byte whose lowest bit is set
        while at < len(data) - 6 and not data[at] & 1:
            at += 1
        at += 1
    if at + 3 < len(data) - 3:
        data[at + 1 : at + 3] = crc_x25(data[1 : at + 1])
    data[-3:-1] = crc_x25(data[1:-3])
    data[-1] = 0x7E


def sound_hdlc(data: bytes) -> int:
    """HDLC frames with a right check sequence, wherever they begin."""
    found = 0
    for at in range(len(data) - 8):
        size = (data[at + 1] & 7) << 8 | data[at + 2]
        end = at + 1 + size
        if data[at] == 0x7E and data[at + 1] >> 4 == 0xA and end < len(data) and data[end] == 0x7E:
            found += crc_x25(data[at + 1 : end - 2]) == data[end - 2 : end]
    return found


REFEREES: Mapping[str, Referee] = {
    "dlt645": Referee(SEEDS_645, repair_645, sound_645),
    "dlt698": Referee(SEEDS_698, repair_698, sound_698),
    "gdw376": Referee(SEEDS_376, repair_376, sound_376),
    "cosem": Referee(SEEDS_COSEM, repair_hdlc, sound_hdlc),
}
