"""What the last page of a rehearsal says of what only its script can find out."""

from flask_babel import gettext as _


def finding_words() -> dict[str, str]:
    """The sentences by what was found."""
    return {
        "fast": _("Fast: the server answers at once."),
        "fair": _("Good enough: an answer takes about a second to arrive."),
        "slow": _(
            "Slow: an answer takes some seconds to arrive. A test works all the same; better use another network."
        ),
        "none": _("The server does not answer just now. Change to another network, or ask the organizer."),
        "keeps": _("Works: answers stay on this device until the network returns."),
        "keeps_not": _(
            "Does not work in this browser. Leave the page open while the network is down, or open the test in another "
            "browser without private mode."
        ),
    }
