"""The Jilin scenario: drives every desk through its public actions and doors."""
