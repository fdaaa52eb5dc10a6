"""What the doors of all desks share: who sends, how a batch is read, how a door is written down in OpenAPI."""
