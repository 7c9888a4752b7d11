"""The page about the items of a test: they are shown with their keys, to those who see the whole report."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizapp.domain.item_analysis import FEWEST_TO_JUDGE, FLAG_NAMES, guess_of
from quizapp.reports.items import ORDER_NAMES, Order, item_page
from quizapp.reports.queries import SEES_SCORES
from quizapp.reports.views import report_to_reader, reports
from quizapp.web.access import allow


@reports.get("/reports/<int:quiz_id>/items")
@allow(*SEES_SCORES)
def items(quiz_id: int) -> ResponseReturnValue:
    """The items, ``order`` and ``page`` as asked for; an unknown order is the default one."""
    asked = request.args.get("order", "")
    order = Order(asked) if asked in ORDER_NAMES else Order.FLAGGED
    with report_to_reader(quiz_id) as report:
        shown = item_page(report, order, request.args.get("page", 1, type=int))
        return render_template(
            "reports/items.html",
            report=report,
            shown=shown,
            guesses={line.item.id: guess_of(line.item, report.spec.multiple_rule) for line in shown.lines},
            orders=ORDER_NAMES,
            flag_names=FLAG_NAMES,
            fewest=FEWEST_TO_JUDGE,
        )
