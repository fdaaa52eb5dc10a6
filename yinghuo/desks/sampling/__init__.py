"""The sampling desk: pooled swab campaigns, from phone to laboratory to person.

Words: campaign, site, swab, tube, sealed, box, handover, result, re-collection, status, issue.
Flow: 1 phones, couriers and laboratories post facts at the door (`api/`), which stores them once (`actions/facts.py`)
      2 the judge (`jobs/judge.py`) follows the ledger and keeps one row per tube, and an issue for whatever is odd
      3 a positive, grey or invalid tube opens one re-collection order per member
      4 the single swab finishes the order, its result verifies it
      5 a person's status is read off the tubes (`queries/status.py`), it is never written down
"""
