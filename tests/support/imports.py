"""An import and a draft, without a file being read."""

from quizapp.banks.drafting import kept
from quizapp.banks.models import Bank, Draft, ImportBatch
from quizapp.db import writing
from quizapp.domain.bank import ItemType
from quizapp.domain.problem import Problem
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading
from quizapp.importers.wire import to_json
from quizapp.web import clock
from tests.support.cast import Cast


def make_import(cast: Cast, bank_id: int) -> tuple[int, int]:
    """An import that waits to be looked through, and a draft that an earlier one left in a bank: their ids."""
    with writing() as session:
        unit_id = session.get_one(Bank, bank_id).unit_id
        early, late = (_batch(cast, unit_id) for _time in range(2))
        early.bank_id, early.accepted_at = bank_id, early.created_at
        session.add_all([early, late])
        session.flush()
        item = ImportedItem("1", 1, 1, ItemType.TRUE_FALSE, "甲。", problems=(Problem("?"),))
        draft = Draft(bank_id=bank_id, batch_id=early.id, position=1, line=1, source="甲。", text="甲。")
        draft.item = kept(item, "甲。")
        session.add(draft)
        session.flush()
        return late.id, draft.id


def _batch(cast: Cast, unit_id: int) -> ImportBatch:
    now = clock.now()
    document = Document(Format.TEXT, Grammar.TEXT, ("甲。（对）",))
    item = ImportedItem("1", 1, 1, ItemType.TRUE_FALSE, "甲。", key=("true",))
    return ImportBatch(
        unit_id=unit_id,
        file_name="甲.txt",
        reading=to_json(Reading(document, (item,))),
        choices={},
        item_ids=[],
        created_by=cast.organizer.account_id,
        created_at=now,
        reading_since=now,
        read_at=now,
    )
