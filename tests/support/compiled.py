"""What is the same in every test is compiled once: addresses by Werkzeug, statements by SQLAlchemy.

Each test has an application and an engine of its own, and both libraries keep what they compiled no longer than those.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

_engines: dict[str, Engine] = {}


def compile_addresses_once() -> None:
    """Keep the code that Werkzeug writes for an address; it depends on nothing but what is in ``key``."""
    compile_builder: Callable[..., Any] = Rule._compile_builder
    kept: dict[tuple[object, ...], Any] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]


def lend_statements(engine: Engine) -> None:
    """Let later engines of this kind use the statements that ``engine``, which has connected, compiled."""
    _engines.setdefault(engine.dialect.name, engine)


def borrow_statements(engine: Engine) -> None:
    """Use the statements compiled before; they are kept by dialect, which therefore is borrowed too."""
    lender = _engines.get(engine.dialect.name)
    if lender is not None:
        engine.dialect, engine._compiled_cache = lender.dialect, lender._compiled_cache
