"""Takes the picture of a film's page that pages.md shows: of a film that was rendered before.

``SPARKLE_HOME=... python docs/page_pictures.py night_ferry``; Chromium and its driver are needed.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.pages.page_file import PAGE

PICTURE = Path(__file__).resolve().parent / "pictures" / "pages" / "film.jpg"
WINDOW = "1440,1120"
WIDTH = 1100
PATIENCE_S = 60

SPOKEN = """
  document.querySelectorAll("film-lines .jump")[1].click();
  document.querySelector("film-player").seek(document.querySelector("film-player").moment + 1);
"""
"""A moment at which somebody speaks."""


def main() -> None:
    page = SparkleHome.from_environment().runs / sys.argv[1] / PAGE
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium-browser"
    for argument in ("--headless=new", "--no-sandbox", f"--window-size={WINDOW}"):
        options.add_argument(argument)
    browser = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark"}]},
        )
        browser.get(page.as_uri())
        seen = "const v = document.querySelector('video'); return v.readyState >= 2 && !v.seeking"
        WebDriverWait(browser, PATIENCE_S).until(lambda chrome: chrome.execute_script(seen))
        browser.execute_script(SPOKEN)
        WebDriverWait(browser, PATIENCE_S).until(lambda chrome: chrome.execute_script(seen))
        with Image.open(io.BytesIO(browser.get_screenshot_as_png())) as shot:
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            size = (WIDTH, round(shot.height * WIDTH / shot.width))
            shot.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(PICTURE, quality=82)
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
