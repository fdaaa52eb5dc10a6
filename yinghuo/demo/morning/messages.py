"""The HL7 message with which the other laboratory's system reports a box of tubes, all negative."""

from collections.abc import Sequence
from datetime import datetime

RNA = "94309-2^SARS-CoV-2 RNA^LN"
NOT_DETECTED = "260415000^Not detected^SCT"


def report(tubes: Sequence[str], *, at: datetime) -> bytes:
    """An ORU^R01 of HL7 v2.5.1 with one order a tube; nobody is named, since a tube holds a group of people."""
    stamp = at.strftime("%Y%m%d%H%M%S%z")
    head = f"MSH|^~\\&|LIS-DEMO|LAB-3|YINGHUO|CDC|{stamp}||ORU^R01^ORU_R01|DEMO-0510-1|P|2.5.1||||||UNICODE UTF-8"
    lines = [head]
    for tube in tubes:
        lines += [
            "ORC|RE|1|2",
            f"OBR|1|{tube}|L-{tube}|{RNA}|||{stamp}|||||||||||||||{stamp}||LAB|F",
            f"OBX|1|CWE|{RNA}||{NOT_DETECTED}||||||F|||{stamp}||T31||PCR-3",
            f"SPM|1|{tube}||258500001^Nasopharyngeal swab^SCT|||||||||10||||{stamp}|{stamp}",
        ]
    return ("\r".join(lines) + "\r").encode()
