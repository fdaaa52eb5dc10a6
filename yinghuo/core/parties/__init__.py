"""Parties: the enterprises, hospitals, laboratories and agencies that desks deal with.

Words: party, credit code, industry, work contact.
Flow: `register_party` checks the credit code -> other rows carry `party_id` -> `queries` show those in the user's area.
"""
