"""Why somebody need not have sat a test (缓考): the reasons there are, and how people write them in a sheet."""

from enum import StrEnum

from quizapp.domain.problem import N_


class Reason(StrEnum):
    """Why an absence is excused. ``OTHER`` needs a note."""

    BUSINESS = "business"
    SICK = "sick"
    PERSONAL = "personal"
    PARENTAL = "parental"
    STUDY = "study"
    SECONDED = "seconded"
    RETIRED = "retired"
    LEFT = "left"
    OTHER = "other"


REASON_NAMES = {
    Reason.BUSINESS: N_("Away on business"),
    Reason.SICK: N_("Sick leave"),
    Reason.PERSONAL: N_("Personal leave"),
    Reason.PARENTAL: N_("Parental leave"),
    Reason.STUDY: N_("Away for study"),
    Reason.SECONDED: N_("Seconded elsewhere"),
    Reason.RETIRED: N_("Retired"),
    Reason.LEFT: N_("Left the department"),
    Reason.OTHER: N_("Other reason"),
}
LONGEST_NOTE = 200
LONGEST_NAME = 80
