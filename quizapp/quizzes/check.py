"""What an organizer should know of a plan before publishing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quizapp.accounts.models import Account
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import usable_bank
from quizapp.domain.bank import Bank, Item
from quizapp.domain.guess_yield import GuessYield, guess_yield
from quizapp.domain.paper import ShortageError, draw_paper, prepare, spec_problems
from quizapp.domain.problem import N_, Problem
from quizapp.quizzes.models import ReviewTime
from quizapp.quizzes.plan import QuizPlan, has_bank, plan_problems
from quizapp.quizzes.queries import forecast
from quizapp.quizzes.wording import habit_name
from quizapp.web import clock
from quizapp.web.wording import points

PLENTY = 3
"""A bank with so many times the items of a section gives neighbours papers that differ."""
STEMS_SHOWN = 6
HABITS_NAMED = 3


@dataclass(frozen=True)
class Check:
    """``problems`` keep a plan from being published, ``warnings`` and ``notes`` do not.

    ``sample``: a few items of one draw.
    """

    problems: list[Problem]
    warnings: list[Problem]
    notes: list[Problem]
    candidates: int
    sample: list[Item]


def check_plan(plan: QuizPlan, publisher: Account, seed: int) -> Check:
    """Look at the whole plan as ``publisher`` would publish it now; ``seed`` chooses the sample."""
    bank = usable_bank(plan.bank_revision_id) if has_bank(plan, publisher) else None
    makes_sense = bank is not None and not spec_problems(plan.spec)
    habit = guess_yield(bank, plan.spec) if bank is not None and makes_sense else None
    candidates = forecast(plan.audience, plan.opens_at)
    return Check(
        problems=plan_problems(plan, publisher),
        warnings=[
            *(_thin_sections(plan, bank) if bank is not None and makes_sense else ()),
            *(_rechecks(plan, bank) if bank is not None else ()),
            *(_guessable(habit) if habit is not None else ()),
            *_leaks(plan),
            *_surprises(plan, candidates),
        ],
        notes=[_habit_note(habit)] if habit is not None and not habit.is_near_cut else [],
        candidates=candidates,
        sample=_sample(plan, bank, seed) if bank is not None and makes_sense else [],
    )


def _thin_sections(plan: QuizPlan, bank: Bank) -> Iterator[Problem]:
    """One warning for all of them: with a small bank most sections are thin, and the reason is the same."""
    fitting = [len(indices) for indices in prepare(bank, plan.spec).fitting]
    thin = [
        f"“{section.title}” {section.count}/{have}"
        for section, have in zip(plan.spec.sections, fitting, strict=True)
        if section.count <= have < PLENTY * section.count
    ]
    if thin:
        msgid = N_(
            "The bank is small for this paper, so that many people will see the same items. Needed and in the bank: "
            "%(sections)s. %(plenty)s times as many would be better."
        )
        yield Problem(msgid, {"sections": "、".join(thin), "plenty": PLENTY}, path="sections")


def _rechecks(plan: QuizPlan, usable: Bank) -> Iterator[Problem]:
    waiting = len(bank_of(plan.bank_revision_id).items) - len(usable.items)
    if waiting:
        msgid = N_("%(n)s items of this bank wait for a recheck; papers are drawn without them.")
        yield Problem(msgid, {"n": waiting}, path="bank_revision_id")


def _guessable(habit: GuessYield) -> Iterator[Problem]:
    if habit.is_near_cut:
        msgid = N_(
            "Whoever knows nothing and answers by habit earns %(percent)s%% of the points on average, and %(cut)s%% "
            "pass: %(habits)s. Raise the cut score, or use fewer true/false items."
        )
        yield Problem(msgid, _habit_params(habit), path="cut_score")


def _habit_note(habit: GuessYield) -> Problem:
    msgid = N_(
        "Whoever knows nothing and answers by habit earns %(percent)s%% of the points on average; %(cut)s%% pass."
    )
    return Problem(msgid, _habit_params(habit))


def _habit_params(habit: GuessYield) -> dict[str, Any]:
    names = "、".join(f"{habit_name(each)} {points(each.percent)}%" for each in habit.guesses[1 : 1 + HABITS_NAMED])
    return {"percent": habit.best.percent, "cut": habit.cut_percent, "habits": names}


def _leaks(plan: QuizPlan) -> Iterator[Problem]:
    if ReviewTime.AT_SUBMISSION not in (plan.key_shown, plan.rationale_shown):
        return
    if plan.attempts_allowed > 1:
        msgid = N_("Who has submitted sees key or rationale and may then try again. Show them after the test closes.")
    else:
        msgid = N_(
            "Who submits early sees key or rationale while others are still answering. Show them after the test closes."
        )
    yield Problem(msgid, path="key_shown")


def _surprises(plan: QuizPlan, candidates: int) -> Iterator[Problem]:
    if plan.opens_at <= clock.now() < plan.closes_at:
        msgid = N_("The opening time has passed: people can start as soon as the test is published.")
        yield Problem(msgid, path="opens_at")
    if plan.audience and not candidates:
        yield Problem(N_("Nobody belongs to the chosen units and branches at the opening time."), path="audience")


def _sample(plan: QuizPlan, bank: Bank, seed: int) -> list[Item]:
    try:
        paper = draw_paper(bank, plan.spec, seed)
    except ShortageError:
        return []
    step = max(1, len(paper.items) // STEMS_SHOWN)  # from all over the paper, so that every type is seen
    return [bank.item(entry.item_id) for entry in paper.items[::step][:STEMS_SHOWN]]
