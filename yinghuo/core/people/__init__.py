"""Users, their roles and areas; devices; persons under a pseudonym.

Words: user, role, verb, scope, device, token, person, pseudonym, identity, reveal, erase, objection.
Flow: `access.needs(verb)` guards a page and `access.scope` its rows -> `register_people` seals identities under
pseudonyms -> `reveal_identity` opens one, for a reason, and enters it in the ledger -> `erase_due` forgets in time.
"""
