"""Every write about orders and issues."""

from yinghuo.core.work.actions.issues import NewIssue, raise_from_select, raise_many, settle_issue
from yinghuo.core.work.actions.opening import NewOrder, open_from_select, open_many, open_order
from yinghuo.core.work.actions.orders import arrive, cancel, finish, reopen, send_back, take, verify
from yinghuo.core.work.actions.sets import (
    cancel_from_select,
    escalate_due,
    finish_from_select,
    finish_many,
    take_from_select,
    verify_from_select,
    verify_many,
)

__all__ = [
    "NewIssue",
    "NewOrder",
    "arrive",
    "cancel",
    "cancel_from_select",
    "escalate_due",
    "finish",
    "finish_from_select",
    "finish_many",
    "open_from_select",
    "open_many",
    "open_order",
    "raise_from_select",
    "raise_many",
    "reopen",
    "send_back",
    "settle_issue",
    "take",
    "take_from_select",
    "verify",
    "verify_from_select",
    "verify_many",
]
