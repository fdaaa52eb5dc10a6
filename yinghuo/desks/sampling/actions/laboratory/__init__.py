"""Every write of the laboratory: kits and instruments, plates, files of results, entries typed twice, pools."""

from yinghuo.desks.sampling.actions.laboratory.who import NOBODY, Technician, technician_of

__all__ = ["NOBODY", "Technician", "technician_of"]
