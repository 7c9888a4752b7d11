"""What a page remembers of unsent answers when the device takes nothing, or not everything, of it."""

from typing import Any

import pytest
from playwright.sync_api import Page

PREPARE = """async ([room, acts]) => {
  const { Store } = await import("/static/js/store.js");
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (...words) {
    if (window.room <= 0) throw new DOMException("full", "QuotaExceededError");
    window.room -= 1;
    return set.apply(this, words);
  };
  const store = new Store("7", "1");
  const at = (name) => name.charCodeAt(0);
  const one = (name) => ({ operation: name, position: at(name), answer: [], version: 0, at: at(name) });
  const names = (operations) => operations.map((operation) => operation.operation).join("");
  const seen = [];
  window.room = room;
  acts.forEach(([act, value, gone]) => {
    if (act === "room") window.room = value;
    if (act === "put") store.change([...value].map(one), [...(gone || "")]);
    if (act === "load") seen.push([names(store.load()), names(new Store("7", "1").held())]);
  });
  return seen;
}"""
"""Room for so many writes; then acts in turn. Each ``load`` notes what the page knows, and what the device holds."""

LOAD = ("load", "")
CASES: dict[str, tuple[int, list[tuple[str, Any]], list[list[str]]]] = {
    "a device that takes everything": (9, [("put", "a"), ("put", "b"), LOAD], [["ab", "ab"]]),
    "a full one": (0, [("put", "a"), LOAD, ("put", "b"), LOAD], [["a", ""], ["ab", ""]]),
    "one that is full after the first": (1, [("put", "a"), ("put", "b"), LOAD], [["ab", "a"]]),
    "room again after a load": (
        0,
        [("put", "ab"), LOAD, ("room", 9), ("put", "c"), LOAD],
        [["ab", ""], ["abc", "abc"]],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_a_page_holds_is_forgotten_when_it_looks_at_the_device(
    name: str, live_server: Any, phone: Page
) -> None:
    room, acts, seen = CASES[name]
    phone.goto("/rehearsal")
    assert phone.evaluate(PREPARE, [room, acts]) == seen
