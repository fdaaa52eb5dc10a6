"""Playing the scenario from an empty database to a verified ledger; broken off, it goes on where it was."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.figures import actions as figures
from yinghuo.core.figures.stated import stated
from yinghuo.core.ledger import sequencer
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import Report, verify
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.refusal import Refused
from yinghuo.demo import metering, response, world
from yinghuo.demo.morning import Morning
from yinghuo.demo.phones import Count, Line, send_phase
from yinghuo.demo.scenario import Ids, Outbox, Scenario, build

SENDERS = 3
PHASES = ("sampling", "re-collection", "one day", "one day, re-collection")
BY = world.BY


class Bars(Protocol):
    """Shows how far a stage is: `with bars(words, total) as advance: advance(3)`."""

    def __call__(self, words: str, total: float | None) -> AbstractContextManager[Callable[[float], None]]:
        """A bar for one stage; total None while nobody knows it."""


@dataclass
class Run:
    """What a run came to."""

    scale: float
    sent: Count = field(default_factory=Count)
    report: Report | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def begun() -> str | None:
    """The scale of the run that this database holds, None if it holds none."""
    entry = Entry.objects.filter(kind="demo.begun").order_by("id").first()
    return entry.subject.removeprefix("demo:") if entry else None


def finished(scale: str) -> bool:
    """Whether a run at this scale went through to its end here."""
    return Entry.objects.filter(kind="demo.run", subject=f"demo:{scale}").exists()


def belongs_to_somebody() -> bool:
    """Whether the database holds anything that the demonstration did not begin."""
    first = Entry.objects.order_by("id").first()
    return first is not None and first.kind != "demo.begun"


@transaction.atomic
def begin(scale: str, at: datetime) -> None:
    """Marks the database as the demonstration's own, before anything else is written."""
    if belongs_to_somebody():
        raise Refused("demo.foreign")
    if begun() is None:
        ledger.enter("demo.begun", f"demo:{scale}", by=BY, at=at, body={"scale": scale})


@dataclass
class Player:
    """Plays one scenario against one installation."""

    scale: float
    now: Callable[[], datetime]
    bars: Bars
    port: int
    var: Path
    run: Run = field(init=False)

    def __post_init__(self) -> None:
        self.run = Run(self.scale)

    def play(self) -> Run:
        """All stages in order; doing it again changes nothing."""
        label = f"{self.scale:g}"
        begin(label, self.now())
        with self._stage("scenario"), self.bars("scenario", None):
            scenario = build(self.scale)
        outbox, tokens, parties = self._set_up(scenario)
        line = Line(self.port, tokens, self.now)
        for phase, words in enumerate(PHASES):
            with self._stage(words):
                self._send(outbox, phase, line, words)
        with self._stage("meters"), self.bars("register and readings of meters", None):
            metering.play(scenario, self.now())
        with self._stage("response"):
            self._response(scenario, parties)
        with self._stage("this morning"):
            self._this_morning(scenario)
        with self._stage("figures"):
            _learn_sizes()
            self._publish()
        with self._stage("verify"):
            self._verify()
        if not finished(label):
            body = {"batches": self.run.sent.batches, "facts": self.run.sent.kept, "scale": label}
            ledger.enter("demo.run", f"demo:{label}", by=BY, at=self.now(), body=body)
            sequencer.sequence_all()
            sequencer.checkpoint(at=self.now())
        return self.run

    def _set_up(self, scenario: Scenario) -> tuple[Outbox, list[str], list[UUID]]:
        at = self.now()
        with self._stage("region"), self.bars("region, users, plants, campaigns, sites", None):
            world.region(at)
            world.users(at)
            parties = world.plants(scenario, at)
            opened = world.campaigns(scenario, at)
            made = world.sites(scenario, opened, parties, at)
        with self._stage("roster"), self.bars("people", len(scenario.people)) as advance:
            for done in world.roster(scenario, parties, at):
                advance(done)
        with self._stage("devices"), self.bars("devices", None):
            tokens = world.devices(scenario, made, at, kept_in=self.var / "demo" / "tokens.json")
        ids = Ids(world.pseudonyms(scenario), [site.id for site in made])
        return Outbox(scenario, ids), tokens, parties

    def _send(self, outbox: Outbox, phase: int, line: Line, words: str) -> None:
        connection.close()  # the senders are forks; none may share this connection
        total = sum(b.items for n in range(len(line.tokens)) for b in outbox.of(n) if b.sent_order[0] == phase)
        with self.bars(words, total) as advance:
            for count in send_phase(outbox, phase, line, senders=SENDERS):
                self.run.sent.add(count)
                advance(count.kept)
        with self.bars(f"{words}: judging", None):
            self._settled()

    def _response(self, scenario: Scenario, parties: list[UUID]) -> None:
        """The event of the first plant, its people in the order of the roster."""
        numbers = scenario.people.number[scenario.people.plant == 0].tolist()
        scene = response.Scene(self.scale, self.now(), parties[0], [pseudonym(number) for number in numbers])
        with self.bars("one plant's event", len(response.STEPS)) as advance:
            for _words, step in response.STEPS:
                step(scene)
                advance(1)

    def _this_morning(self, scenario: Scenario) -> None:
        """The round that is under way when the console opens."""
        numbers = scenario.people.number.tolist()
        morning = Morning(self.scale, now=self.now(), settled=self._settled, identities=numbers)
        with self.bars("this morning's round", None) as advance:
            for _step in morning.play():
                advance(1)

    def _settled(self) -> None:
        """Waits until all that follow the ledger have read every entry that exists now."""
        while waiting() > 0:
            time.sleep(0.1)

    def _publish(self) -> None:
        """Publishes each figure that the newspaper printed, for the place and period that it printed."""
        first, last = datetime.fromisoformat("2022-01-01T00:00+08:00"), self.now() + timedelta(days=1)
        printed = stated(area="", first=first, last=last)
        with self.bars("figures published", len(printed)) as advance:
            for one in printed:
                if not Entry.objects.filter(kind="figure.published", subject__startswith=f"figure:{one.key}").exists():
                    figures.publish(one.key, area=one.area, first=one.first, last=one.last, by=BY, at=self.now())
                advance(1)

    def _verify(self) -> None:
        sequencer.sequence_all()
        sequencer.checkpoint(at=self.now())
        with self.bars("ledger verified", None):
            self.run.report = verify()

    @contextmanager
    def _stage(self, words: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.run.seconds[words] = round(time.monotonic() - began, 1)


def _learn_sizes() -> None:
    """Lets PostgreSQL look at what was loaded within minutes, as it does by itself where days pass."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def waiting() -> int:
    """Entries that are not sequenced, or not read by all that follow the ledger, yet."""
    query = """
        SELECT (SELECT count(*) FROM ledger_waiting)
             + (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf)
             - coalesce((SELECT min(next_index) FROM ledger_follower), 0)
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
