"""Pages of the core: work orders, issues, figures, the ledger, users and devices."""
