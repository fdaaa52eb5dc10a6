"""Which team goes to which task, and in which order a vehicle visits its stops."""
