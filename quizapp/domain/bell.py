"""When the pages that wait for a test start it: not all at once.

The arithmetic. A start costs the server `SECONDS_OF_A_START` of one processor, with the paper's page that follows it
(measured by benchmarks/start_attempts.py); a server has `PROCESSORS` at the least. Thousands of pages that start in
one instant would wait in a queue, where some give up. So each page waits a moment of its own, drawn evenly from the
time the server needs for all of them, and the queue stays short. That time is no longer than `WIDEST`: with more
people than the server can start in it, pages that meet a busy server try again by themselves. Nobody loses by it,
because everybody's time counts from their own start (`quizapp.domain.timing.BELL`).
"""

SECONDS_OF_A_START = 0.075  # 0.020 for the start, 0.055 for the page with 80 items
PROCESSORS = 4
WIDEST = 10.0  # seconds; shorter than the bell of `quizapp.domain.timing`, so that a second try is still within it


def width(candidates: int) -> float:
    """Over how many seconds the starts of so many people are spread: 530 people or more over 10 s."""
    return min(WIDEST, max(0, candidates) * SECONDS_OF_A_START / PROCESSORS)


def delay(candidates: int, share: float) -> float:
    """How many seconds after the opening one page starts; ``share`` is drawn evenly from 0 to 1."""
    return share * width(candidates)
