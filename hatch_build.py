"""Build hook: compile the message catalogues, which git does not keep, and ship migrations and banks."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackageHook(BuildHookInterface[Any]):
    """Writes `messages.mo` beside every `messages.po`, and completes a wheel with what lies outside the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare a wheel; `version` is its kind: `standard`, or `editable` for one that points to the checkout."""
        self._compile_catalogues(build_data)
        if version == "standard":
            # An installed package must be able to migrate its database and offer the shipped banks.
            for folder in ("migrations", "question_banks"):
                build_data["force_include"][str(Path(self.root, folder))] = f"quizapp/{folder}"

    def _compile_catalogues(self, build_data: dict[str, Any]) -> None:
        for source in sorted(Path(self.root, "quizapp", "translations").rglob("*.po")):
            target = source.with_suffix(".mo")
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parts[-3])
            with target.open("wb") as compiled:
                write_mo(compiled, catalogue)
            build_data["artifacts"].append(target.relative_to(self.root).as_posix())
