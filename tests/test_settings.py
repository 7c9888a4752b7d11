"""Settings: each documented, each wrong one refused in a sentence, and no secret that everybody knows."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from quizapp.config import DOCS, SHORTEST_SECRET, Settings, SettingsError

SECRET = "s" * SHORTEST_SECRET


def read(tmp_path: Path, **environ: str) -> Settings:
    """The settings of an environment in which only what is necessary and ``environ`` is set."""
    named = {f"QUIZAPP_{name}": value for name, value in environ.items()}
    return Settings.from_environment(
        {"QUIZAPP_DATA_DIR": str(tmp_path), "QUIZAPP_SECRET_KEY": SECRET, "HOME": "/nowhere", **named}
    )


def test_every_setting_is_described() -> None:
    assert list(DOCS) == [field.name for field in fields(Settings)]


@pytest.mark.parametrize("name", [field.name for field in fields(Settings) if field.name != "secret_key"])
def test_the_description_names_the_default(name: str, tmp_path: Path) -> None:
    default = getattr(read(tmp_path), name)
    if name in ("data_dir", "database_url", "report_database_url"):
        return  # they are named in words
    written = {True: "1", False: "0"}.get(default, default) if isinstance(default, bool) else default
    assert f"Default: {written}" in DOCS[name]


def test_defaults_follow_the_data_folder(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'quizapp.sqlite3'}"
    assert (settings.secure_cookies, settings.demo, settings.language) == (True, False, "zh_CN")


WRONG = [
    ("DATABASE_URL", "mysql://localhost/quizapp"),
    ("DATABASE_URL", "quizapp.sqlite3"),
    ("REPORT_DATABASE_URL", "replica"),
    ("DEMO", "yes"),
    ("DEMO", "true"),
    ("LANGUAGE", "de"),
    ("TIME_ZONE", "Asia/Atlantis"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("TIME_ZONE", "+08:00"),
    ("SECURE_COOKIES", "on"),
    ("TRUSTED_PROXIES", "-1"),
    ("TRUSTED_PROXIES", "one"),
    ("MAX_UPLOAD_MB", "0"),
    ("MAX_UPLOAD_MB", "1.5"),
    ("MAX_UPLOAD_MB", "²"),
    ("SECRET_KEY", SECRET[1:]),
    ("SECRET", "misspelt"),
    ("DATABSE_URL", "sqlite:///x"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_in_one_sentence(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        read(tmp_path, **{name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"QUIZAPP_{name} is ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_refusal_never_repeats_the_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        read(tmp_path, SECRET_KEY="too-short-but-private")
    assert "private" not in str(refusal.value)


RIGHT = [
    ("DATABASE_URL", "postgresql://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
    ("DATABASE_URL", "postgresql+psycopg://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
    ("DATABASE_URL", " sqlite:////srv/q.sqlite3 ", "sqlite:////srv/q.sqlite3"),
    ("REPORT_DATABASE_URL", "postgresql://u:p@standby/name", "postgresql+psycopg://u:p@standby/name"),
    ("DATABASE_URL", "postgresql+psycopg://u@/q?host=a:1&host=b:2", "postgresql+psycopg://u@/q?host=a:1&host=b:2"),
    ("DEMO", "1", True),
    ("LANGUAGE", "en", "en"),
    ("LANGUAGE", "", "zh_CN"),
    ("TIME_ZONE", "Asia/Urumqi", "Asia/Urumqi"),
    ("SECURE_COOKIES", "0", False),
    ("TRUSTED_PROXIES", "2", 2),
    ("MAX_UPLOAD_MB", "50", 50),
]


@pytest.mark.parametrize(("name", "value", "meaning"), RIGHT)
def test_a_right_value_is_taken(name: str, value: str, meaning: object, tmp_path: Path) -> None:
    assert getattr(read(tmp_path, **{name: value}), name.lower()) == meaning


@pytest.mark.parametrize("secret", ["", " "])
def test_outside_the_demonstration_there_is_no_default_secret(secret: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^QUIZAPP_SECRET_KEY is "):
        read(tmp_path, SECRET_KEY=secret)
    assert not (tmp_path / "secret_key").exists()


def test_the_demonstration_keeps_a_secret_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = read(folder, SECRET_KEY="", DEMO="1", DATA_DIR=str(folder))
    assert len(first.secret_key) >= SHORTEST_SECRET
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert read(folder, SECRET_KEY="", DEMO="1").secret_key == first.secret_key
    assert read(tmp_path / "other", SECRET_KEY="", DEMO="1").secret_key != first.secret_key
    assert not first.secure_cookies


def test_the_secret_of_whoever_was_first_holds(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _number: read(tmp_path, SECRET_KEY="", DEMO="1").secret_key, range(32)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_an_empty_secret_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(SettingsError, match=r"^QUIZAPP_SECRET_KEY is not set, and .*secret_key holds no secret"):
        read(tmp_path, SECRET_KEY="", DEMO="1")
