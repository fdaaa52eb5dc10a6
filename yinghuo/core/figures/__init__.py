"""Every figure that can be published: its name, its query, the records behind it, and proof of what was published.

Words: figure, evidence, line, size, publication, recheck, stated figure.
Flow: a desk registers a `Figure` (`registry.py`) -> `queries.compute` counts its evidence at a size of the ledger
-> `actions.publish` keeps the value with the Merkle root over the evidence and enters it in the ledger
-> `actions.recheck` counts again at the same size: later facts change nothing, a changed record does
-> `stated.py` holds what others have printed, to be shown beside what was counted.
"""
