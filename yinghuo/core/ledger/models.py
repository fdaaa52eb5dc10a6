"""The ledger's tables; PostgreSQL refuses to change or delete entries, leaves, bodies and checkpoints."""

from django.db import models


class Entry(models.Model):
    """One thing that happened; `body` is canonical JSON, kept to the byte."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.TextField()
    subject = models.TextField()
    by = models.TextField()
    body = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"]),
            models.Index(fields=["kind", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Body(models.Model):
    """A body too large for an entry, named by its SHA-256 in hexadecimal."""

    sha256 = models.TextField(primary_key=True)
    body = models.TextField()


class Waiting(models.Model):
    """An entry that has no index yet; filled by PostgreSQL, emptied by the sequencer."""

    entry_id = models.UUIDField(primary_key=True)


class Leaf(models.Model):
    """An entry's place in the tree: 0, 1, 2 … without a gap."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles), 32 bytes each, joined."""

    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "n"], name="one_tile")]


class Checkpoint(models.Model):
    """A signed statement: the first `size` entries have this root (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.TextField(help_text="hexadecimal")
    at = models.DateTimeField()
    note = models.TextField()


class Follower(models.Model):
    """How far a follower has read: all entries below `next_index` are dealt with."""

    name = models.TextField(primary_key=True)
    next_index = models.BigIntegerField(default=0)
