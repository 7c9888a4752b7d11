"""Files are kept for a year under an address that changes with them; pages are small, and give no secret away by it."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.web import compression
from quizapp.web.assets import BUNDLES, version_of
from quizapp.web.bundles import BundleError, join_scripts, join_styles

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
BASE = Path(__file__).parents[2] / "quizapp" / "web" / "static"


def address(app: Flask, filename: str) -> str:
    with app.test_request_context():
        return str(app.jinja_env.from_string("{{ url_for('static', filename=name) }}").render(name=filename))


@pytest.mark.parametrize("name", ["css/base.css", "js/take.js", *BUNDLES])
def test_a_file_is_kept_for_a_year(name: str, app: Flask, client: FlaskClient) -> None:
    where = address(app, name)
    assert re.fullmatch(r"/static/v-[0-9a-f]{12}/" + re.escape(name), where)
    answer = client.get(where, buffered=True)
    assert answer.status_code == 200
    assert answer.cache_control.max_age == 365 * 24 * 3600
    assert answer.cache_control.immutable
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("start", ["/static/", "/static/v-000000000000/"], ids=["no-version", "older"])
def test_without_the_present_version_it_is_not_kept_long(start: str, client: FlaskClient) -> None:
    for name in ("css/base.css", "take.js"):
        answer = client.get(start + name, buffered=True)
        assert answer.status_code == 200
        assert (answer.cache_control.max_age or 0) <= 3600
        assert not answer.cache_control.immutable


@pytest.mark.parametrize("name", ["../views.py", "nothing.js", "js"])
def test_nothing_else_is_served(name: str, client: FlaskClient) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_file_is_compressed_once_under_however_many_addresses_it_is_asked_for(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any version gives the present file, and a path can be spelt in countless ways: memory must not grow with them."""
    monkeypatch.setattr(compression, "_files", kept := {})
    for start in ("", "v-1/", "v-2/", "./", "././", "css/../"):
        for name in ("css/base.css", "take.js" if start[:1] in "v" else "js/take.js"):
            answer = client.get(f"/static/{start}{name}", headers=GZIP, buffered=True)
            assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert len(kept) == 3


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a{}")
    versions = {version_of(tmp_path)}
    (tmp_path / "css" / "a.css").write_text("b{}")
    versions.add(version_of(tmp_path))
    (tmp_path / "css" / "a.css").rename(tmp_path / "css" / "b.css")
    versions.add(version_of(tmp_path))
    (tmp_path / "css" / "c.css").write_text("")
    versions.add(version_of(tmp_path))
    assert len(versions) == 4


def test_a_browser_that_has_it_is_told_so(app: Flask, client: FlaskClient) -> None:
    for name in ("css/base.css", "take.css"):
        first = client.get(address(app, name), headers=GZIP, buffered=True)
        again = client.get(address(app, name), headers={**GZIP, "If-None-Match": first.headers["ETag"]}, buffered=True)
        assert again.status_code == 304
        assert again.data == b""


@pytest.mark.parametrize("name", ["css/base.css", "take.css", "take.js"])
def test_files_come_compressed_to_who_reads_it(name: str, app: Flask, client: FlaskClient) -> None:
    plain = client.get(address(app, name), buffered=True)
    for _time in range(2):
        small = client.get(address(app, name), headers=GZIP, buffered=True)
        assert small.headers["Content-Encoding"] == "gzip"
        assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
        assert gzip.decompress(small.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    refused = client.get(address(app, name), headers={"Accept-Encoding": "gzip;q=0"}, buffered=True)
    assert refused.data == plain.data


@pytest.mark.parametrize(
    ("where", "small"),
    [("/sign-in", True), ("/sign-in?next=/quizzes", False), ("/healthz", False), ("/nowhere", False)],
)
def test_pages_that_could_repeat_what_was_asked_are_not_compressed(
    where: str, small: bool, client: FlaskClient
) -> None:
    """Guesses beside a secret in one compressed page would tell the secret by its length (BREACH)."""
    answer = client.get(where, headers=GZIP)
    assert ("Content-Encoding" in answer.headers) is small
    if small:
        assert "</html>" in gzip.decompress(answer.data).decode()


def test_a_posted_form_is_not_answered_compressed(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "nobody", "password": "guess"}, headers=GZIP)
    assert "Content-Encoding" not in answer.headers


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_modules_become_one_script_each_once_and_in_order(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='// the first\nimport { a as one, B } from "./low.js";\nimport "./acts.js";\nconst x = 1;\nnew B(one);\n',
        low="const x = 2;\nexport const a = x;\nexport class B {}\nexport async function c() {}\n",
        acts='import { a } from "./low.js";\nconsole.log(a);\n',
    )
    script = join_scripts(main)
    assert script.index("const $low =") < script.index("const $acts =") < script.index("const $main =")
    assert script.count("class B {}") == 1
    assert "return { a, B, c };" in script
    assert "const { a: one, B } = $low;" in script
    assert not re.search(r"^(?:import|export)\b|the first", script, re.M)


@pytest.mark.parametrize(
    "line",
    ["export default 1;", 'import * as all from "./low.js";', 'import one from "./low.js";', 'import("./low.js");'],
)
def test_what_cannot_be_joined_is_refused(line: str, tmp_path: Path) -> None:
    main = write(tmp_path, main=f"{line}\n", low="export const a = 1;\n")
    with pytest.raises(BundleError, match=r"main\.js"):
        join_scripts(main)


def test_a_ring_of_imports_is_refused(tmp_path: Path) -> None:
    main = write(tmp_path, main='import { a } from "./low.js";\n', low='import "./main.js";\nexport const a = 1;\n')
    with pytest.raises(BundleError, match="by way of"):
        join_scripts(main)


def test_styles_stand_in_their_order_without_comments() -> None:
    sheet = join_styles([BASE / "css" / "base.css", BASE / "css" / "take.css"])
    assert "/*" not in sheet
    assert sheet.index(":root {") < sheet.index(".take-bar {")
