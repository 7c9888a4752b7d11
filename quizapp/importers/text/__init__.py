"""Free text: the layouts in which people type questions, read by their structure.

Lines are cleaned and folded (`lines`), cut at glued headings (`segments`) and read once from top to bottom
(`reader`): signs (`tokens`) are candidates, and where they stand decides what they mean (`numbers`, `labels`,
`unnumbered`). Keys that stand apart are read by `blocks` and given to their questions by `matching`; `finish` makes
the items. Every look ahead is short (`outlook`), so that the time taken grows with the length of the text only.
"""

from quizapp.importers.text.whole import parse_text

__all__ = ["parse_text"]
