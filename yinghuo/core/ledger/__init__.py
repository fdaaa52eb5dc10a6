"""The append-only, signed ledger at the bottom of everything.

Words: entry, leaf, tree, tile, checkpoint, proof, fact table, follower.
Flow: an action calls `enter` in its own transaction -> PostgreSQL puts the entry in the waiting line
-> the sequencer (`sequencer.py`) gives it the next index and grows the tree -> a checkpoint is signed
-> followers (`follow.py`) do what has to be done about it, in index order
-> `verify.py` recomputes everything from the rows and names what does not fit.
"""

from yinghuo.core.ledger.actions import canonical, enter, new_id

__all__ = ["canonical", "enter", "new_id"]
