"""What the clients of each phase do. A script goes on with its people, one after another, until the time is over."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

from benchmarks.load import wire
from benchmarks.load.loop import Ask, Record, Script, clear
from benchmarks.load.wire import Person


@dataclass(frozen=True)
class Phase:
    """What one phase is to be: whose script, until when (monotonic seconds), and on which test.

    For an open loop ``pace`` is the time between two requests of one person, and ``spread`` the time over which the
    first ones are spread; ``begin`` is the moment at which all of it begins. ``pulse`` is the time between two pulses
    of an open page at the bell; 0 for none.
    """

    script: str
    begin: float
    until: float
    quiz: int = 0
    kinds: tuple[str, ...] = ()
    pace: float = 0.0
    spread: float = 0.0
    pulse: float = 0.0


def hello(_people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """The yardstick's empty page."""
    data = wire.request("GET", "/")
    while time.monotonic() < phase.until:
        yield Ask("hello", data)


def sign_in(people: Sequence[Person], phase: Phase, record: Record) -> Script:
    """The form, and what it sends: measured together, since nobody does one without the other."""
    for person in cycle(people):
        began = time.monotonic()
        if began >= phase.until:
            return
        page = yield Ask("", wire.request("GET", "/sign-in"))
        if page.status == 200:
            answer = yield Ask("", wire.sign_in(person.login, page, clear(page)))
            if answer.status == 200:
                record.add("sign_in", time.monotonic() - began)


def home(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """The home page: which tests there are."""
    return _pages("home", people, phase, lambda person: person.get("/"))


def door(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """The page before the start."""
    return _pages("door", people, phase, lambda person: person.get(f"/tests/{phase.quiz}"))


def start(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """Everybody presses start once."""
    for person in people:
        if time.monotonic() >= phase.until:
            return
        answer = yield Ask("start", person.start(phase.quiz))
        if answer.status == 200:
            person.started(answer)


def page(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """The test page, of all who have started."""
    for person in cycle(_running(people)):
        if time.monotonic() >= phase.until:
            return
        answer = yield Ask("page", person.paper())
        if answer.status == 200:
            person.seen(answer, clear(answer))


def lease(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """Each open page becomes the one that saves."""
    for person in _running(people):
        if time.monotonic() >= phase.until:
            return
        answer = yield Ask("lease", person.take_lease())
        person.holds = answer.status == 200


def pulse(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """An open page asks whether what it was told still holds, one after the other, in a closed loop."""
    holding = _holding(people)
    for person in holding:
        person.told((yield Ask("", person.pulse())))
    for person in cycle(holding):
        if time.monotonic() >= phase.until:
            return
        person.told((yield Ask("pulse", person.pulse())))


def save(people: Sequence[Person], phase: Phase, record: Record) -> Script:
    """One answer after another, a person after the other, in a closed loop."""
    for person in cycle(_holding(people)):
        if time.monotonic() >= phase.until:
            return
        yield from _save("save", person, phase, record)


def open_save(people: Sequence[Person], phase: Phase, record: Record) -> Script:
    """One answer after another at fixed moments, whatever the server does."""
    at = phase.begin + people[0].dice.random() * phase.pace
    for person in cycle(_holding(people)):
        if at >= phase.until:
            return
        yield from _save("open_save", person, phase, record, at)
        at += phase.pace


def submit(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """Everybody hands in once."""
    for person in _holding(people):
        if time.monotonic() >= phase.until:
            return
        answer = yield Ask("submit", person.submit())
        person.is_over = answer.status == 200


def result(people: Sequence[Person], phase: Phase, _record: Record) -> Script:
    """The page of the result, of all who have handed in."""
    over = [person for person in people if person.is_over]
    return _pages("result", over, phase, Person.result)


def attempt(people: Sequence[Person], phase: Phase, record: Record) -> Script:
    """Whole attempts, from the door to the result, one answer at a time."""
    for person in cycle(people):
        began = time.monotonic()
        if began >= phase.until:
            return
        yield Ask("", person.get(f"/tests/{phase.quiz}"))
        answer = yield Ask("", person.start(phase.quiz))
        if answer.status != 200:
            continue
        person.started(answer)
        answer = yield Ask("", person.paper())
        if answer.status == 200:
            person.seen(answer, clear(answer))
        yield Ask("", person.take_lease())
        for place in range(len(phase.kinds)):
            yield from _save("", person, phase, record, place=place)
        yield Ask("", person.submit())
        answer = yield Ask("", person.result())
        if answer.status == 200:
            record.add("attempt", time.monotonic() - began)


def bell(people: Sequence[Person], phase: Phase, record: Record) -> Script:
    """One person at the bell: presses start at a moment of chance, opens the paper, saves and asks at fixed times."""
    [person] = people
    at = phase.begin + person.dice.random() * phase.spread
    answer = yield Ask("bell_start", person.start(phase.quiz), at)
    if answer.status != 200:
        return
    person.started(answer)
    answer = yield Ask("bell_page", person.paper())
    if answer.status == 200:
        person.seen(answer, clear(answer))
    yield Ask("bell_lease", person.take_lease())
    pulse_at = at + phase.pulse if phase.pulse else phase.until
    at += phase.pace
    while min(at, pulse_at) < phase.until:
        if pulse_at < at:
            person.told((yield Ask("bell_pulse", person.pulse(), pulse_at)))
            pulse_at += phase.pulse
        else:
            yield from _save("bell_save", person, phase, record, at)
            at += phase.pace


def _pages(step: str, people: Sequence[Person], phase: Phase, ask: Callable[[Person], bytes]) -> Script:
    for person in cycle(people):
        if time.monotonic() >= phase.until:
            return
        yield Ask(step, ask(person))


def _save(
    step: str, person: Person, phase: Phase, record: Record, at: float | None = None, place: int | None = None
) -> Script:
    if place is None:
        place = person.dice.randrange(len(phase.kinds))
    answer = yield Ask(step, person.save(place, phase.kinds[place]), at)
    if answer.status == 200 and not person.saved(place, answer):
        record.failed(step, "an answer was not taken")


def _holding(people: Sequence[Person]) -> list[Person]:
    return [person for person in _running(people) if person.holds]


def _running(people: Sequence[Person]) -> list[Person]:
    return [person for person in people if person.attempt and not person.is_over]


SCRIPTS: dict[str, Callable[[Sequence[Person], Phase, Record], Script]] = {
    script.__name__: script
    for script in (
        hello,
        sign_in,
        home,
        door,
        start,
        page,
        lease,
        pulse,
        save,
        open_save,
        submit,
        result,
        attempt,
        bell,
    )
}
