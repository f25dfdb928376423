"""Makes the picture in the README: a unit of our course on a screen, and beside it what an evaluator sees on a phone.

`make picture` starts a preview of its own with an empty state, looks at the pages as a person would and writes docs/images/pages.png.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
COURSE = "/courses/course-v1:WestMEC+PD2+2026/unit"
LESSON = f"{COURSE}/s3-o1-walk/"
CHECKLIST = f"{COURSE}/apply-pd2-a/"
SCREEN = {"width": 1120, "height": 844}
PHONE = {"width": 390, "height": 844}
GAP = 24
PATIENCE = 30


def main() -> int:
    with tempfile.TemporaryDirectory() as state, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        westmec = Path(sys.executable).with_name("westmec")
        command = [str(westmec), "preview", "--port", str(port), "--state", state]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            picture = take(wait_for(f"http://localhost:{port}", server))
        finally:
            server.terminate()
            server.wait()
    path = ROOT / "docs" / "images" / "pages.png"
    path.parent.mkdir(exist_ok=True)
    picture.quantize(colors=128).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} KB")
    return 0


def wait_for(address: str, server: subprocess.Popen) -> str:
    """The address, once something answers there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
        else:
            return address
    raise SystemExit("The preview did not start; run `make run` to see why.")


def take(address: str) -> Image.Image:
    """Both pages side by side."""
    chromium = os.environ.get("WESTMEC_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        lesson = shot(browser, address, "alice", LESSON, SCREEN)
        phone = shot(browser, address, "erik", CHECKLIST, PHONE)
        browser.close()
    both = Image.new("RGB", (lesson.width + GAP + phone.width, lesson.height), "white")
    both.paste(lesson, (0, 0))
    both.paste(phone, (lesson.width + GAP, 0))
    return both


def shot(browser: Browser, address: str, person: str, page_path: str, size: dict) -> Image.Image:
    """One page as this person sees it. A phone looks at the form in which a learner is rated."""
    page = browser.new_page(viewport=size)
    page.goto(f"{address}/sign-in/")
    page.locator(
        f"button[name=username][value={person}], form:has(input[name=username][value={person}]) button"
    ).first.click()
    page.goto(address + page_path)
    page.wait_for_load_state("networkidle")
    page.mouse.wheel(0, 0 if size is PHONE else 330)
    page.wait_for_timeout(500)
    if size is PHONE:
        block = page.frame_locator("iframe").first.locator("[data-block-type=westmec_lab_checklist]").first
        block.get_by_role("button", name="Alice Romero").click()
        block.locator("[data-rate]").wait_for()
        block.evaluate("element => element.scrollIntoView()")
        page.wait_for_timeout(500)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return picture


if __name__ == "__main__":
    sys.exit(main())
