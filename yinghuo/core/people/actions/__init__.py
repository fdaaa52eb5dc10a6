"""Every write about users, devices and persons."""

from yinghuo.core.people.actions.devices import enrol_device, queue_key, revoke_device, see_device
from yinghuo.core.people.actions.erasing import erase_due
from yinghuo.core.people.actions.persons import (
    NewPerson,
    raise_objection,
    register_people,
    reveal_identity,
    settle_objection,
)
from yinghuo.core.people.actions.users import NewUser, add_user, deactivate_user, set_party, set_password

__all__ = [
    "NewPerson",
    "NewUser",
    "add_user",
    "deactivate_user",
    "enrol_device",
    "erase_due",
    "queue_key",
    "raise_objection",
    "register_people",
    "reveal_identity",
    "revoke_device",
    "see_device",
    "set_party",
    "set_password",
    "settle_objection",
]
