"""Build hook: compile the message catalogues, since *.mo files are not kept in git."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Writes `messages.mo` beside every `messages.po` and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue; `version` is the wheel's kind (`standard` or `editable`)."""
        for source in sorted(Path(self.root, "quizapp", "translations").rglob("*.po")):
            target = source.with_suffix(".mo")
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parts[-3])
            with target.open("wb") as compiled:
                write_mo(compiled, catalogue)
            build_data["artifacts"].append(target.relative_to(self.root).as_posix())
