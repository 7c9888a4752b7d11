"""How banks and items are written on pages, also by the rooms that show items."""

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_

ITEM_TYPE_NAMES = {
    ItemType.SINGLE: N_("Single choice"),
    ItemType.MULTIPLE: N_("Multiple choice"),
    ItemType.TRUE_FALSE: N_("True/false"),
    ItemType.FILL_IN: N_("Fill-in"),
    ItemType.CASE: N_("Case"),
}
"""English names (msgids) of the kinds of item, in the order of a paper."""
