"""Which column of a CSV is which of ours: what `--map` says, and the shipped profiles of known exports."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from duesheet.assets import folder
from duesheet.errors import Refused
from duesheet.layout import layout

TABLES = ("Invoices", "Payments", "Customers")
"""The tables an import adds to, in the order a lone file is tried for them."""

PAID_ON, PAID_AMOUNT = "Paid on", "Paid amount"
BALANCE, WHOLE, REMARK = "Balance", "Whole amount", "Remark"
"""What else a layout may tell of a row; no columns of the workbook."""
_ABOUT_CUSTOMERS = ("Name", "Contact", "Email", "Phone")
_MANY = re.compile(r"[\s_*]+")


@dataclass(frozen=True)
class Form:
    """One layout of CSV: what its rows are, and under which headers our columns stand.

    `needs`: the headers by which it is known; none = our own names. `lines`: "once" = a row per invoice line
    with the invoice's figures repeated, "sum" = the lines add up to it. `group`: our column that stands alone
    on a line above its rows. `only` and `without`: values of a header that rows must have, or must not have.
    `balance`: the header of what is still open. `parts`: a payment has a row for each invoice it settles.
    `whole`: the header of its full amount then. `remark`: the header whose difference from the amount is
    worth a word.
    """

    name: str
    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    lines: str = ""
    group: str = ""
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)
    balance: str = ""
    parts: bool = False
    whole: str = ""
    remark: str = ""

    @property
    def known(self) -> bool:
        """Whether a profile declares it: then no column is matched merely because its name is the same."""
        return bool(self.needs)


def same(header: str) -> str:
    """A header as it is compared: no case, no spaces, no marks of required columns.

    >>> same("*Invoice Date"), same("invoiceDate")
    ('invoicedate', 'invoicedate')
    """
    return _MANY.sub("", header).casefold()


@cache
def vocabulary(table: str) -> dict[str, str]:
    """Our columns that a file of `table` may fill, by the way they are compared.

    >>> vocabulary("Invoices")["paidon"], vocabulary("Invoices")["email"], "paidon" in vocabulary("Payments")
    ('Paid on', 'Email', False)
    """
    tables = layout().tables
    names = [column.name for column in tables[table].columns]
    if table != "Customers":
        names += [column.name for column in tables["Customers"].columns if column.name not in names]
    if table == "Invoices":
        names += [PAID_ON, PAID_AMOUNT]
    return {same(name): name for name in names}


def own_columns(form: Form) -> tuple[str, ...]:
    """Our columns that a file of this form gives without being asked when a header has the same name."""
    if form.known:
        return ()
    names = tuple(column.name for column in layout().tables[form.table].columns)
    extra = (*_ABOUT_CUSTOMERS, PAID_ON, PAID_AMOUNT) if form.table == "Invoices" else ()
    return (*names, *(name for name in extra if name not in names))


def needed(form: Form) -> tuple[str, ...]:
    """Our columns without which a file of this form cannot be read."""
    if form.table == "Payments":
        return ("Date", "Amount")
    required = [column.name for column in layout().tables[form.table].columns if column.required]
    return tuple(name for name in required if name != form.group)


def mapping_of(pairs: Iterable[str]) -> dict[str, str]:
    """What `--map "Amount=InvoiceAmount"` and its like say, as our column to their header.

    A name may say whose column it is where two files differ: `Payments.Amount=Received`.

    >>> mapping_of(["amount=InvoiceAmount", "Paid on = SettledDate"])
    {'Amount': 'InvoiceAmount', 'Paid on': 'SettledDate'}
    >>> mapping_of(["Ammount=Total"])
    Traceback (most recent call last):
    duesheet.errors.Refused: --map "Ammount=Total": there is no column "Ammount". Did you mean "Amount"?
    """
    found: dict[str, str] = {}
    for pair in pairs:
        ours, mark, theirs = (part.strip() for part in pair.partition("="))
        if not (ours and mark and theirs):
            raise Refused(
                f'--map "{pair}": write our column, an equals sign and theirs, as "Amount=InvoiceAmount".'
            )
        name = column_named(ours, f'--map "{pair}"')
        if name in found:
            raise Refused(
                f'--map "{pair}": {name} is mapped already, to "{found[name]}". Map each column once.'
            )
        found[name] = theirs
    return found


def column_named(typed: str, place: str) -> str:
    """The name of our column as the workbook spells it, `Table.Column` kept; refused otherwise."""
    table, _, name = typed.rpartition(".")
    owner = {same(known): known for known in TABLES}.get(same(table))
    tables = [owner] if owner else TABLES
    names = {key: column for known in tables for key, column in vocabulary(known).items()}
    if (owner or not table) and same(name) in names:
        return f"{owner}.{names[same(name)]}" if owner else names[same(name)]
    raise Refused(f'{place}: there is no column "{typed}". {nearest(name, names)}')


def nearest(typed: str, names: Mapping[str, str]) -> str:
    """A sentence naming what was probably meant: `names` by the way they are compared."""
    close = get_close_matches(same(typed), names, n=1, cutoff=0.5)
    return (
        f'Did you mean "{names[close[0]]}"?'
        if close
        else f"There are: {', '.join(sorted(set(names.values())))}."
    )


def for_table(mapping: Mapping[str, str], table: str) -> dict[str, str]:
    """The part of `mapping` that a file of `table` understands, with names that say whose they are winning.

    >>> for_table({"Amount": "Total", "Payments.Amount": "Received", "Paid on": "Settled"}, "Payments")
    {'Amount': 'Received'}
    """
    names = set(vocabulary(table).values())
    plain = {ours: theirs for ours, theirs in mapping.items() if ours in names}
    return plain | {
        ours.partition(".")[2]: theirs for ours, theirs in mapping.items() if ours.startswith(f"{table}.")
    }


@cache
def profiles() -> dict[str, tuple[Form, ...]]:
    """The shipped profiles, by name.

    >>> "quickbooks-online" in profiles()
    True
    """
    files = sorted((folder("workbook") / "profiles").glob("*.toml"))
    return {file.stem: _forms(file.stem, file.read_text(encoding="utf-8")) for file in files}


def _forms(name: str, text: str) -> tuple[Form, ...]:
    return tuple(
        Form(
            **{
                **raw,
                "name": f"{name}: {raw['name']}",
                "needs": tuple(raw["needs"]),
            },
        )
        for raw in tomllib.loads(text)["forms"]
    )


def forms_for(profile: str | None, position: int) -> tuple[Form, ...]:
    """The forms to try on the file at `position` (0 = first): the named profile, others, our own names."""
    shipped = profiles()
    if profile is not None and profile not in shipped:
        meant = nearest(profile, {same(name): name for name in shipped})
        raise Refused(f'--profile "{profile}": there is no such profile. {meant}')
    named = shipped.get(profile or "", ())
    order = TABLES if position == 0 else ("Payments", "Customers", "Invoices")
    plain = tuple(Form(name="own columns", table=table) for table in order)
    others = tuple(form for name, forms in shipped.items() if name != profile for form in forms)
    return named + others + plain
