"""What is done about every customer this week: the decisions, each with the key of its letter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from duesheet import keys, reminders
from duesheet.cycles import Said
from duesheet.debtors import Past, debtors
from duesheet.envelope import addresses
from duesheet.position import Position
from duesheet.records import Records
from duesheet.reminders import READY, Decision, Rules


def plan(
    records: Records, now: Position, past: Past, refused: frozenset[str] = frozenset()
) -> list[Decision]:
    """What is done about every customer with something open, in the order of the accounts.

    `refused`: the keys whose Send the user has set to No.
    """
    chosen = records.settings
    rules = Rules(
        now.as_of,
        records.policies,
        chosen.days_between_letters,
        chosen.minimum_to_chase,
        stops(records, now),
    )
    emails = dict(records.customers.frame.select("customer_id", "email").iter_rows())
    declined = _declined(refused, chosen.book_id)
    problem = cache(_problem)  # many customers of one group share an address
    decisions = []
    for debtor in debtors(records, now, past, since_when=bool(declined)):
        said = past.letters.get((debtor.customer_id, debtor.currency), ())
        if declined:
            whose = keys.key(chosen.book_id, debtor.customer_id, debtor.currency, now.as_of, 0)
            said = (*said, *declined.get(_owner(whose), ()))
        decision = reminders.decide(debtor, said, past.contacts.get(debtor.customer_id, ()), rules)
        if is_letter(decision) and (nowhere := problem(emails[debtor.customer_id])):
            decision = reminders.held(decision, nowhere)
        if is_letter(decision) and (back := past.refused.get(debtor.customer_id)):
            decision = _unless_refused(decision, emails[debtor.customer_id], back)
        if refused and row_key(decision, chosen.book_id) in refused:
            decision = reminders.held(decision, "Send is No")
        decisions.append(decision)
    return decisions


def _unless_refused(decision: Decision, email: str | None, refused: Mapping[str, str]) -> Decision:
    """The decision, held when an address of the customer refused an earlier letter."""
    good, _ = addresses(email or "")
    why = next((refused[one.casefold()] for one in good if one.casefold() in refused), "")
    return reminders.held(decision, why) if why else decision


def _declined(refused: Iterable[str], book_id: str) -> dict[str, list[Said]]:
    """The letters a person said no to: each keeps its key, so that the No is not forgotten overnight."""
    found: dict[str, list[Said]] = defaultdict(list)
    for key in refused:
        if keys.is_key(key) and keys.of_book(key, book_id):
            cycle = keys.cycle(key)
            found[_owner(key)].append(Said(key, keys.step(key), cycle, cycle, "declined"))
    return found


def _owner(key: str) -> str:
    """Customer and currency as they stand in a key."""
    return "|".join(key.split("|")[:2])


def _problem(email: str | None) -> str:
    """Why a letter has nowhere to go; blank when it has."""
    good, bad = addresses(email or "")
    if bad:
        return f"E-mail address not usable: {bad[0]}"
    return "" if good else "No usable e-mail address on Customers"


def is_letter(decision: Decision) -> bool:
    """Whether the decision asks for an e-mail now."""
    return decision.status == READY and decision.step is not None and decision.step.channel == "Email"


def stops(records: Records, now: Position) -> tuple[str, ...]:
    """Why nobody at all is written to; empty when all is well."""
    chosen = records.settings
    reasons = [reminders.stale(now.newest_payment, now.as_of, chosen.payments_may_be_old_by_days)]
    if now.gaps:
        reasons.append("The book does not tie out; see Dashboard")
    if not chosen.book_id:
        reasons.append("The book has no Book ID; see Problems")
    if records.table_fault:
        reasons.append("A column is missing, or Settings or Policy has a fault; see Problems")
    return tuple(reason for reason in reasons if reason)


def key_of(decision: Decision, book_id: str) -> str:
    """The key of the letter a decision is about; blank when there is none."""
    if decision.said_key:
        return decision.said_key
    if decision.step is None or decision.cycle is None:
        return ""
    debtor = decision.debtor
    return keys.key(book_id, debtor.customer_id, debtor.currency, decision.cycle, decision.step.number)


def row_key(decision: Decision, book_id: str) -> str:
    """The key of a decision's row on Reminders: its letter's, else its customer and currency."""
    return key_of(decision, book_id) or f"{decision.debtor.customer_id}|{decision.debtor.currency}"
