"""A real browser without a window, for what only a browser can say about a page."""

import subprocess
import tempfile
from pathlib import Path

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=8000",
)


def dump(browser: str, page: Path, *, width: int = 1000) -> str:
    """The document of `page` after its scripts have run, in a window `width` pixels wide."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            [
                browser,
                *ARGUMENTS,
                f"--user-data-dir={profile}",
                f"--window-size={width},900",
                "--dump-dom",
                page.as_uri(),
            ],
            capture_output=True,
            check=True,
            timeout=90,
        )
    return done.stdout.decode("utf-8")
