"""A laboratory system beside the small world: it writes HL7 messages, and is admitted to speak for the laboratory."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.desks.sampling.world import NOW, START, World, code
from yinghuo.desks.sampling.actions.messages import Door, Receipt, admit_sender, receive
from yinghuo.desks.sampling.actions.messages.senders import Named
from yinghuo.desks.sampling.models import Channel, Message, MessageSender, Result
from yinghuo.engines.messages import er7

ADMITTED = Named("LIS", "LAB-1")
MLLP = Door(Channel.MLLP, "system:hl7", address="127.0.0.1")
REPORTED = "20220508130000+0800"
DETECTED, NOT_DETECTED, EQUIVOCAL = "260373001^Detected^SCT", "260415000^Not detected^SCT", "42425007^Equivocal^SCT"


class Laboratory(World):
    """The small world with an admitted laboratory system."""

    def __init__(self, *, admitted: bool = True) -> None:
        super().__init__()
        self.sender: MessageSender | None = None
        if admitted:
            self.sender = admit_sender(ADMITTED, device_id=self.laboratory.id, by="user:1", at=START)

    def take(self, message: str | bytes, *, at: datetime = NOW, door: Door = MLLP) -> Receipt:
        """Takes one message as the listener does."""
        return receive(message if isinstance(message, bytes) else message.encode(), door=door, now=at)


def head(number: str, **other: str) -> str:
    """MSH."""
    said = {"kind": "ORU^R01^ORU_R01", "sent": REPORTED, "charset": "UNICODE UTF-8", "version": "2.5.1", "mode": "P"}
    said |= {"application": "LIS", "facility": "LAB-1"} | other
    return (
        f"MSH|^~\\&|{said['application']}|{said['facility']}|YINGHUO|CDC|{said['sent']}||{said['kind']}|{number}"
        f"|{said['mode']}|{said['version']}||||||{said['charset']}"
    )


def obx(number: int, value: str, *, gene: str = "94309-2^SARS-CoV-2 RNA^LN", kind: str = "CWE", **other: str) -> str:
    """An observation; NM is a Ct."""
    said = {"status": "F", "kit": "", "technician": "T07^张三"} | other
    last = f"|||{REPORTED}||{said['technician']}|{said['kit']}|PCR-1"
    return f"OBX|{number}|{kind}|{gene}||{value}||||||{said['status']}{last}"


def group(tube: str | int, observations: Iterable[str], **other: str) -> list[str]:
    """One order: ORC, OBR, its observations, its specimen."""
    said = {"status": "F", "reported": REPORTED, "spm": ""} | other
    tube = code(tube) if isinstance(tube, int) else tube
    specimen = f"SPM|1|{tube}||258500001^Nasopharyngeal swab^SCT|||||||||10||||20220508060500+0800|20220508090000+0800"
    return [
        "ORC|RE|1|2",
        f"OBR|1|{tube}|L-{tube}|94309-2^SARS-CoV-2 RNA^LN|||20220508060500+0800|||||||||||||||{said['reported']}||LAB"
        f"|{said['status']}",
        *observations,
        said["spm"] or specimen,
    ]


PATIENT = "PID|1||22999919900101001X^^^GA||李^四^^^^^L||19900101|M|||长春市某路1号"


def oru(number: str, *groups: list[str], **other: str) -> str:
    """A message of orders, CR between its segments."""
    lines = [head(number, **other), PATIENT, *(line for group in groups for line in group)]
    return "\r".join(lines) + "\r"


def simple(number: str, tube: int | str = 1, value: str = NOT_DETECTED, **other: str) -> str:
    """A message with the result of one tube."""
    said = {key: other.pop(key) for key in ("status", "reported") if key in other}
    return oru(number, group(tube, [obx(1, value, status=said.get("status", "F"))], **said), **other)


def facts(tube: int = 1) -> list[dict[str, Any]]:
    """The result facts of a tube, in the order of their time."""
    fields = ("result", "ct_orf1ab", "ct_n", "message", "technician", "laboratory", "kit")
    return list(Result.objects.filter(tube=code(tube)).order_by("at").values(*fields))


def only_row() -> Message:
    """The one message there is."""
    return Message.objects.get()


def ack_of(answer: bytes) -> tuple[str, str, list[str]]:
    """MSA-1, MSA-2 and the places of the errors of an acknowledgement."""
    message = er7.decode(answer)
    (msa,) = message.of("MSA")
    return msa.value(1), msa.value(2), [f"{e.value(2, 1)}-{e.value(2, 3)} {e.value(5)}" for e in message.of("ERR")]


LATER = NOW + timedelta(hours=1)
