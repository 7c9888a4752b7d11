"""Pages from which a revision leaves the house: as the file it came in, or in another format."""

from io import BytesIO

from flask import abort, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from quizapp.banks.file_names import safe_name
from quizapp.banks.queries import READS_BANKS, bank_of, bank_seen_by, revision_numbered
from quizapp.banks.views import banks
from quizapp.exporters import FORMATS
from quizapp.web.access import allow

LOSSES_SHOWN = 5


@banks.get("/banks/<int:bank_id>/revisions/<int:number>/export")
@allow(*READS_BANKS)
def exports(bank_id: int, number: int) -> ResponseReturnValue:
    """The formats a revision can be downloaded in, each with what it would leave out."""
    row = bank_seen_by(current_user, bank_id)
    revision = revision_numbered(row, number)
    content = bank_of(revision.id)
    offers = [(each, each.losses(content)) for each in FORMATS.values()]
    return render_template("banks/exports.html", bank=row, revision=revision, offers=offers, most=LOSSES_SHOWN)


@banks.get("/banks/<int:bank_id>/revisions/<int:number>/export/<file_format>")
@allow(*READS_BANKS)
def export(bank_id: int, number: int, file_format: str) -> ResponseReturnValue:
    """One revision as a file of one format."""
    revision = revision_numbered(bank_seen_by(current_user, bank_id), number)
    if file_format not in FORMATS:
        abort(404)
    chosen = FORMATS[file_format]
    return send_file(
        BytesIO(chosen.write(bank_of(revision.id))),
        mimetype=chosen.mimetype,
        as_attachment=True,
        download_name=safe_name(revision, chosen.extension),
    )
