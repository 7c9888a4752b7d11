"""The distribution's Chromium, pages as wide as a phone and a desk, and what must never happen on one."""

import os
import shutil
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

# The first is the same browser without windows, which leaves more of the machine to the tests.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# A test's browser speaks to the test's server and to nobody else.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


def find_chromium() -> str:
    """Path of Chromium. Raises RuntimeError with a sentence for a person where there is none."""
    named = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if named is None or shutil.which(named) is None:
        raise RuntimeError(
            "No Chromium was found: install it (Debian: apt install chromium fonts-noto-cjk) "
            "or name it in the variable CHROMIUM. 未找到 Chromium 浏览器，请安装后重试。"
        )
    return named


class PageWatch:
    """Collects what a good page never does: script errors, refused content, requests that leave the site."""

    def __init__(self, page: Page, site: str) -> None:
        self.complaints: list[str] = []
        self._site = site
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # An expected 404 or 409 is logged by the browser as a failed resource: that is the server's business.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:", "about:")):
            self.complaints.append(f"left the site: {request.url}")
