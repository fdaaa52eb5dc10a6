"""How the states of the core show: a tone for each, and the core's own word."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import State, Tone
from yinghuo.core.work.rules import Settlement
from yinghuo.core.work.rules import State as OrderState

ORDER_TONES: dict[OrderState, Tone] = {
    OrderState.OPEN: "waiting",
    OrderState.TAKEN: "running",
    OrderState.ARRIVED: "running",
    OrderState.DONE: "waiting",
    OrderState.CLOSED: "done",
    OrderState.RETURNED: "wrong",
    OrderState.CANCELLED: "off",
}
SETTLEMENT_TONES: dict[Settlement, Tone] = {
    Settlement.CONFIRMED: "done",
    Settlement.CORRECTED: "done",
    Settlement.DISMISSED: "off",
}

ORDER = {state.value: State(tone, capfirst(state.label)) for state, tone in ORDER_TONES.items()}
SETTLEMENT = {"": State("waiting", _("Open"))} | {
    settlement.value: State(tone, capfirst(settlement.label)) for settlement, tone in SETTLEMENT_TONES.items()
}
