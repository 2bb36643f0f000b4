"""A clerk at a machine of their own: a program that plans and posts the same letters as every other clerk.

    python clerk.py FOLDER LOG [URL [STEP COUNT]]

has its outbox in FOLDER; its letters go to the post that keeps LOG. The journal is the one at URL, or the one of
`DUESHEET_DATA`. It waits for a line before it posts, and dies without a word when it comes to STEP for the
COUNTth time.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from duesheet import keys
from duesheet.outbox import post, tidy
from postroom import BOOK, CYCLE, BreakingJournal, BreakingOutbox, Far, Step, letter

LETTERS = [keys.key(BOOK, f"C{number:03}", "EUR", CYCLE, 1) for number in range(1, 41)]
PATIENCE = 120


class Clerk:
    """A running clerk of that name; `done` has it post, and gives what it says became of each letter."""

    def __init__(  # noqa: PLR0913  where, and how it ends
        self, name: str, folder: Path, *, data: Path, url: str = "", step: str = "", count: int = 0
    ) -> None:
        paths = os.pathsep.join([str(Path(__file__).parent), str(Path(keys.__file__).parents[1])])
        own = {"DUESHEET_DATA": str(data), "PYTHONPATH": paths, "LOGNAME": name, "USERNAME": name}
        self._errors = folder / f"{name}.txt"
        with self._errors.open("w", encoding="utf-8") as errors:
            self._program = subprocess.Popen(
                [
                    sys.executable,
                    __file__,
                    str(folder / name),
                    str(folder / "far.txt"),
                    url,
                    *([step, str(count)] if step else []),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env={**os.environ, **own},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.kill()
        self._program.communicate(timeout=PATIENCE)

    def ready(self) -> None:
        """Wait until it has planned its letters."""
        assert self._program.stdout
        assert self._program.stdout.readline() == "ready\n", self._errors.read_text("utf-8")

    def go(self) -> None:
        """Let it post."""
        assert self._program.stdin
        self._program.stdin.write("go\n")
        self._program.stdin.flush()

    def done(self, code: int = 0) -> dict[str, str]:
        """What became of each letter, by key, once the program has ended."""
        said, _ = self._program.communicate(timeout=PATIENCE)
        assert self._program.returncode == code, self._errors.read_text("utf-8")
        rows = (line.partition(" ") for line in said.splitlines())
        return {key: outcome for key, _, outcome in rows}


def work(folder: Path, log: Path, url: str, step: Step) -> None:
    """Put right, plan, wait for the word, and post."""
    outbox = BreakingOutbox(folder / "outbox")
    outbox.step = step
    with BreakingJournal.open(BOOK, url) as journal, Far(log) as carrier:
        journal.step = step
        tidy(journal, carrier, outbox)
        outbox.write(map(letter, LETTERS), journal)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for delivery in post(LETTERS, journal, carrier, outbox):
            sys.stdout.write(f"{delivery.key} {delivery.outcome}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    place, taken, *more = sys.argv[1:]
    at, times = (more[1], int(more[2])) if len(more) > 1 else ("", 0)
    work(Path(place), Path(taken), more[0] if more else "", Step(at, times))
