"""A page's form as a browser without a script sends it."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """Collects the values of the form that posts to ``action``, and its buttons by value."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select, self.area = action, False, "", ""
        self.fields: Fields = []
        self.buttons: dict[str, bool] = {}  # value of each act: whether it can be pressed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = given.get("action") == self.action
        elif not self.inside:
            return
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, given.get("value") or ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.fields.append((self.select, given.get("value") or ""))
        elif tag == "textarea":
            self.area = name
            self.fields.append((name, ""))
        elif tag == "button":
            self.buttons[given.get("value") or ""] = "disabled" not in given

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[-1] = (self.area, data.lstrip())

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area


class Desk:
    """Somebody at the publish page: look at the fields, change some, press a button."""

    def __init__(self, client: FlaskClient, query: str = "") -> None:
        self.client = client
        self.response: TestResponse = client.get(f"/quizzes/new{query}")

    @property
    def _form(self) -> _Form:
        form = _Form("/quizzes/new")
        form.feed(self.text)
        return form

    @property
    def text(self) -> str:
        """The page as it came."""
        return self.response.get_data(as_text=True)

    @property
    def buttons(self) -> dict[str, bool]:
        """Each act offered, and whether its button can be pressed."""
        return self._form.buttons

    def values(self, name: str) -> list[str]:
        """What the fields of that name hold."""
        return [value for field, value in self._form.fields if field == name]

    def press(self, act: str, **changes: Any) -> TestResponse:
        """Send the form with ``changes`` (``__`` in a name stands for ``-``; a list: several values)."""
        changed = {name.replace("__", "-"): value for name, value in changes.items()}
        kept = [(name, value) for name, value in self._form.fields if name not in changed]
        for name, value in changed.items():
            kept += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
        data: dict[str, list[str]] = {"act": [act]}
        for name, value in kept:
            data.setdefault(name, []).append(value)
        self.response = self.client.post("/quizzes/new", data=data)
        return self.response
