"""What is done for phones: enrolling them by a one-time code, their manifest, and the files they export."""

from yinghuo.desks.sampling.actions.phones.enrolling import Enrolled, NewCode, enrol_phone, make_code
from yinghuo.desks.sampling.actions.phones.files import Keeper, discard_item, forget_files, load_file, settle_item
from yinghuo.desks.sampling.actions.phones.manifest import Manifest, give_manifest

__all__ = [
    "Enrolled",
    "Keeper",
    "Manifest",
    "NewCode",
    "discard_item",
    "enrol_phone",
    "forget_files",
    "give_manifest",
    "load_file",
    "make_code",
    "settle_item",
]
