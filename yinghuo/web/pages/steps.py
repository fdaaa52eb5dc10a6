"""What a user can do with a work order now: the state table, and who may take which step."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Words
from yinghuo.core.people.access import may
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import NEXT, State

DOING = frozenset({"take", "arrive", "done"})  # steps of the crew; the others are taken by whoever looks after the work


class Reason(forms.Form):
    """Why a step is taken that puts somebody's work in question."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label=_("Reason"), max_length=1000)


@dataclass(frozen=True)
class Step:
    """A step: the state it leads to, the word on its button, what is said afterwards, whether it needs a reason."""

    name: str
    to: State
    verb: Words
    said: Words
    act: Callable[..., Order]
    reason: bool = False


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("take", State.TAKEN, _("Take"), _("The order is yours."), actions.take),
        Step("arrive", State.ARRIVED, _("I have arrived"), _("Arrival noted."), actions.arrive),
        Step("done", State.DONE, _("Done"), _("Reported done. A colleague checks it."), actions.finish),
        Step("verify", State.CLOSED, _("Checked: close"), _("Checked and closed."), actions.verify),
        Step("return", State.RETURNED, _("Send back"), _("Sent back."), actions.send_back, reason=True),
        Step("reopen", State.OPEN, _("Reopen"), _("The order is open again."), actions.reopen, reason=True),
        Step(
            "cancel", State.CANCELLED, _("Cancel the order"), _("The order is cancelled."), actions.cancel, reason=True
        ),
    )
}


def open_to(user: User, order: Order) -> list[Step]:
    """The steps that this user can take with this order as it stands, the obvious one first."""
    return [step for step in STEPS.values() if _open(step, user, order)]


def require_step(step: Step, user: User, order: Order) -> None:
    """Refused("access.role") for a user whose role does not do this to this order."""
    if not _for_role(step, user, order):
        raise Refused("access.role", verb="order.act")


def _open(step: Step, user: User, order: Order) -> bool:
    if step.to not in NEXT[State(order.state)] or not _for_role(step, user, order):
        return False
    if step.name == "verify":
        return user.label not in (order.done_by, order.crew)
    return step.name not in DOING or order.crew in ("", user.label)


def _for_role(step: Step, user: User, order: Order) -> bool:
    own = user.role in (order.role, Role.ADMIN)
    return may(user, "order.act") and (own or step.name not in DOING)
