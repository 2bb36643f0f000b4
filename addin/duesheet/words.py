"""What the terminal says: summaries of a week, of letters, of an import, narrow enough for any terminal."""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from duesheet import money
from duesheet.carriers import Delivery, Outcome
from duesheet.entries import DRAFTS
from duesheet.job import Preview
from duesheet.reminders import HELD, IN_DOUBT
from duesheet.results import sums
from duesheet.week import Week
from duesheet.worklist import key_of

if TYPE_CHECKING:  # pandas, which reads CSV files, is slow to load and of use to the import alone
    from duesheet.imports import Result
    from duesheet.rehearsal import Rehearsal  # loads the mail libraries, of use to `send` alone

_GONE = (Outcome.SENT, Outcome.DRAFTED)
_SHOWN = 8
_FEW = 3
_ABREAST = 4
_KINDS = {
    "Nothing overdue": "Nothing overdue yet",
    "Too soon": "Too soon after the last letter",
    "is due from day": "Next step not yet due",
    "Sent ": "Written to today",
    "Every step": "Every step of the policy has been taken",
    IN_DOUBT: "In doubt whether a letter arrived",
    "Came back": "An e-mail came back; correct the address",
    "The address was refused": "The mail server refused the address; correct it",
    "disputed": "Disputed",
    "promised": "Promised",
    "on hold": "On hold",
    " in plan ": "On a payment plan",
    "write off what is left": "Payment plan completed, the rest to be written off",
}


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def summary(found: Week) -> RenderableType:
    """Where the book stands: aging by currency, reminders, problems."""
    return Group(*_aging(found), Text(standing(found)), *_problems(found))


def _aging(found: Week) -> list[Table]:
    """The buckets one below the other, so that the figures of any ledger fit into eighty columns."""
    currencies = list(sums(found).items())
    tables = []
    for start in range(0, len(currencies), _ABREAST):
        shown = currencies[start : start + _ABREAST]
        table = Table(title=f"Aging as of {found.now.as_of.isoformat()}", title_justify="left")
        table.add_column("")
        for code, _ in shown:
            table.add_column(code, justify="right", no_wrap=True)
        figures = {
            code: {**line["buckets"], "On account": line["unapplied"], "Total": line["total"]}
            for code, line in shown
        }
        for name in next(iter(figures.values())):
            cells = [f"{line[name]:,.{money.digits(code)}f}" for code, line in figures.items()]
            table.add_row(name, *cells, end_section=name == "On account")
        tables.append(table)
    return tables


def standing(found: Week) -> str:
    """In a sentence or two: how much is open, whether the book ties out, how many reminders there are."""
    counts = Counter(one.status for one in found.decisions)
    tie = "ties out to the cent" if not found.now.gaps else "DOES NOT TIE OUT, nothing can be sent"
    said = ", ".join(f"{count} {status.lower()}" for status, count in sorted(counts.items(), reverse=True))
    owing = found.items["customer_id"].n_unique()
    items = f"{_count(found.items.height, 'open item')} of {_count(owing, 'customer')}"
    return f"{items}; the book {tie}. Reminders: {said or 'none'}."


def _problems(found: Week) -> list[RenderableType]:
    faults = found.faults()
    if not faults:
        return []
    left = found.records.left_out.rows
    out = f" {_count(left, 'row is', 'rows are')} left out of the totals." if left else ""
    lines = [Text(f"{_count(len(faults), 'problem')}, listed on the Problems sheet.{out}", style="yellow")]
    lines += [Text(f"  {fault}") for fault in faults[:_SHOWN]]
    return [*lines, *_more(len(faults), _SHOWN)]


def _more(count: int, shown: int) -> list[Text]:
    return [Text(f"  ... and {count - shown} more")] if count > shown else []


def letters(done: Preview) -> RenderableType:
    """The letters of the week, and why the others get none."""
    table = Table(title=_count(len(done.letters), "letter"), title_justify="left")
    for name in ("Customer", "Letter", "Why"):
        table.add_column(name, overflow="fold")
    table.add_column("Amount due", justify="right", no_wrap=True)
    why = {key_of(one, done.week.book_id): one.why for one in done.week.decisions}
    for letter in done.letters:
        notice = letter.notice
        amount = money.text(notice.amount_due, notice.currency)
        table.add_row(
            *map(Text, (notice.customer, notice.step_name, why.get(notice.key, "").partition(";")[0], amount))
        )
    parts = [*_aging(done.week), Text(standing(done.week)), table if done.letters else Text("No letters.")]
    return Group(*parts, *_by_hand(done.week), *_held(done), *_wrong(done), *_problems(done.week))


def _by_hand(found: Week) -> list[Text]:
    """The calls to make and the letters to post, which no machine does."""
    steps = [one for one in found.decisions if one.status == "Ready" and one.step]
    counts = Counter(one.step.channel for one in steps if one.step and one.step.channel != "Email")
    return [
        Text(f"{_count(count, kind.lower())} to make by hand; see Reminders, Channel.")
        for kind, count in sorted(counts.items())
    ]


def _held(done: Preview) -> list[Text]:
    reasons = Counter(_kind(one.why) for one in done.week.decisions if one.status != "Ready")
    listed = [Text(f"  {count:>3}  {reason}") for reason, count in reasons.most_common()]
    return [Text("Not written to, and why:"), *listed] if listed else []


def _kind(why: str) -> str:
    """The kind of reason, without the invoice or date in it."""
    first = why.partition(";")[0]
    return next((words for sign, words in _KINDS.items() if sign in first), first)


def _wrong(done: Preview) -> list[Text]:
    return [Text(f"{key}: {problem}", style="red") for key, problem in done.wrong.items()]


def question(done: Preview, keys: Collection[str] | None = None) -> str:
    """What is asked before anything is sent: how many letters, about how much money, how many are held.

    `keys` are those of the letters that would go, all when it is None.
    """
    going = done.files.keys() if keys is None else set(keys)
    due: Counter[str] = Counter()
    for letter in done.letters:
        if letter.notice.key in going:
            due[letter.notice.currency] += letter.notice.amount_due
    total = ", ".join(money.text(amount, code) for code, amount in sorted(due.items()))
    later = len(done.files) - len(going)
    parts = [f"{_count(later, 'more')} another time (limit, or Daily cap)" if later else "", _held_back(done)]
    rest = "; ".join(part for part in parts if part)
    verb = "Make drafts of" if done.week.records.settings.carrier == DRAFTS else "Send"
    return f"{verb} {_count(len(going), 'letter')} about {total}?{f' ({rest})' if rest else ''}"


def _held_back(done: Preview) -> str:
    """How many customers get no letter although they owe something, each currency by itself."""
    held = sum(one.status == HELD for one in done.week.decisions) + len(done.wrong)
    return f"{held:,} held" if held else ""


def nothing(done: Preview) -> str:
    """Why there is nothing to send."""
    cap = done.week.records.settings.daily_cap
    waiting = len(done.files)
    if waiting:
        return f"Nothing to send: {_count(cap or 0, 'letter')} a day (Settings, Daily cap); {waiting:,} wait."
    return "Nothing to send."


def question_to_me(ready: "Rehearsal", limit: int | None) -> str:
    """What is asked before the letters go to the test recipient."""
    count = len(ready.letters[:limit])
    return f"Send {_count(count, 'letter')} to {ready.recipient}, and none to a customer?"


def sent_to_me(ready: "Rehearsal", deliveries: Sequence[Delivery]) -> RenderableType:
    """What became of the letters to the test recipient."""
    if not deliveries:
        return Text("Nothing to send.")
    told = Text(f"All to {ready.recipient}. No customer was written to, and nothing was noted.")
    return Group(sent(deliveries), told)


def outcomes(deliveries: Sequence[Delivery]) -> str:
    """What became of the letters, in a sentence; the first of those that did not go, with the reason."""
    counts = Counter(delivery.outcome for delivery in deliveries)
    told = ", ".join(f"{_count(count, 'letter')} {outcome}" for outcome, count in counts.items())
    unsent = [f" {one.key}: {one.detail}." for one in deliveries if one.outcome not in _GONE]
    more = f" And {len(unsent) - _FEW} more; see Reminders." if len(unsent) > _FEW else ""
    return f"{told or 'Nothing to send'}.{''.join(unsent[:_FEW])}{more}"


def sent(deliveries: Sequence[Delivery], otherwise: str = "Nothing to send.") -> RenderableType:
    """What became of the letters; `otherwise` where there are none."""
    counts = Counter(delivery.outcome for delivery in deliveries)
    if not counts:
        return Text(otherwise)
    lines = [Text(", ".join(f"{_count(count, 'letter')} {outcome}" for outcome, count in counts.items()))]
    lines += [Text(f"  {one.key}: {one.detail}") for one in deliveries if one.outcome not in _GONE]
    return Group(*lines)


def what_to_open(book: Path, index: Path) -> RenderableType:
    """What to look at after the demo."""
    return Text(f"\nOpen the workbook:  {book}\nOpen the letters:   {index}\nNothing was sent.", style="bold")


def imported(result: "Result") -> RenderableType:
    """What an import did: counts by sheet, sums, and the rows that were not taken."""
    table = Table(title="Imported", title_justify="left")
    for name in ("Sheet", "What", "Rows"):
        table.add_column(name, justify="right" if name == "Rows" else "left")
    for (sheet, done), count in sorted(result.counts.items()):
        table.add_row(sheet, done, str(count))
    most = 3 * _SHOWN
    refused = [line for line in result.lines if line.faults]
    lines = [Text(f"  {line.note}") for line in refused[:most]]
    added = sorted(result.totals.items())
    totals = [Text(f"  {sheet}: {amount:,} {code} added") for (sheet, code), amount in added]
    files = [
        Text(
            "; ".join(
                [
                    f"{read.file} read as {read.form}",
                    *(f"{name}: {order}" for name, order in read.dates.items()),
                ]
            )
        )
        for read in result.files
    ]
    return Group(*files, table, *totals, *lines, *_more(len(refused), most))
