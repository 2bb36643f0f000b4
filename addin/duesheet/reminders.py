"""Who is due which step, and why everyone else is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from duesheet import money
from duesheet.cycles import Said, Stand, stand
from duesheet.policy import STANDARD, Policy, Step

READY, HELD, SENT = "Ready", "Held", "Sent"


@dataclass(frozen=True)
class Debtor:
    """One customer in one currency with something open, as far as reminders ask.

    Amounts are minor units, `chaseable` and `upcoming` the items that a letter may list, each as (item code, days
    overdue, open, due date, invoice id). `left_out` are words for what is overdue and not chaseable; `overdue_since` is the
    start of the present spell of being overdue.
    """

    account: int
    customer_id: str
    currency: str
    policy: str
    reminders: bool
    unapplied: int
    doubtful: bool
    chaseable: tuple["Owed", ...] = ()
    upcoming: tuple["Owed", ...] = ()
    left_out: tuple[str, ...] = ()
    overdue: int = 0
    overdue_since: date | None = None
    next_due: date | None = None


@dataclass(frozen=True)
class Owed:
    """One item a letter may list."""

    item: int
    invoice: str
    due: date
    days_overdue: int
    open: int


@dataclass(frozen=True)
class Rules:
    """What holds for every customer on this run."""

    as_of: date
    policies: Mapping[str, Policy]
    gap_days: int
    minimum: float
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What is done about one debtor: `status` Ready, Held or Sent, and `why` in words.

    `step` is the one that is due, or would be; `cycle` the date in its key; `owed` what the letter lists.
    """

    debtor: Debtor
    status: str
    why: str
    step: Step | None = None
    cycle: date | None = None
    owed: tuple[Owed, ...] = ()
    amount_due: int = 0
    last_letter: date | None = None
    said_key: str = ""


def decide(
    debtor: Debtor, said: Sequence[Said], contacts: Sequence[tuple[date, str]], rules: Rules
) -> Decision:
    """The step that is due for `debtor`, or why nothing is said this time."""
    policy = rules.policies.get(debtor.policy.lower())
    if policy is None:
        name = debtor.policy or "the standard policy"
        return Decision(debtor, HELD, f"{name} is not on the Policy sheet")
    now = stand(said, contacts, policy, debtor.overdue_since)
    overdue = _overdue(debtor, now, policy, rules)
    if overdue.status == READY or now.in_doubt:
        return _answered(_general(overdue, now, rules), said, rules)
    ahead = _heads_up(debtor, said, policy, rules)
    if ahead is not None:
        return _answered(_general(replace(ahead, last_letter=now.last_letter), now, rules), said, rules)
    return _answered(overdue, said, rules)


def _overdue(debtor: Debtor, now: Stand, policy: Policy, rules: Rules) -> Decision:
    """The next step of the cycle, held by what concerns the cycle itself."""
    step = policy.after(now.last_step)
    due = sum(owed.open for owed in debtor.chaseable) - debtor.unapplied
    plan = Decision(
        debtor, HELD, "", step, now.began or rules.as_of, debtor.chaseable, max(due, 0), now.last_letter
    )
    reasons = list(_reasons(debtor, now, step, due, rules))
    if reasons:
        return replace(
            plan,
            why="; ".join([*reasons, *_general_reasons(debtor, rules)]) if debtor.overdue else reasons[0],
        )
    oldest = max(owed.days_overdue for owed in debtor.chaseable)
    return replace(plan, status=READY, why="; ".join([_since(oldest), *debtor.left_out]))


def _since(oldest: int) -> str:
    return f"{oldest} day{'' if oldest == 1 else 's'} overdue"


def _reasons(debtor: Debtor, now: Stand, step: Step | None, due: int, rules: Rules) -> Sequence[str]:
    if not debtor.overdue:
        return [
            f"Nothing overdue; next due {debtor.next_due.isoformat()}"
            if debtor.next_due
            else "Nothing overdue"
        ]
    if not debtor.chaseable:
        return list(debtor.left_out)
    if step is None:
        return ["Every step of the policy has been taken"]
    oldest = max(owed.days_overdue for owed in debtor.chaseable)
    if oldest < step.days:
        return [f"{step.name} is due from day {step.days}; this is day {oldest}", *debtor.left_out]
    return [*_too_soon(now, step, rules), *_too_little(debtor, step, due, rules)]


def _too_soon(now: Stand, step: Step, rules: Rules) -> Sequence[str]:
    if now.last_letter is None or step.channel == "Call":
        return ()
    gap = max(rules.gap_days if step.gap_days is None else step.gap_days, 1)
    if (rules.as_of - now.last_letter).days >= gap:
        return ()
    again = now.last_letter + timedelta(days=gap)
    return [f"Too soon: last letter {now.last_letter.isoformat()}, next from {again.isoformat()}"]


def _too_little(debtor: Debtor, step: Step, due: int, rules: Rules) -> Sequence[str]:
    if due <= 0:
        return ["Money on account covers it; nothing left to pay"]
    least = rules.minimum if step.minimum is None else step.minimum
    if due >= round(least * 10 ** money.digits(debtor.currency)):
        return ()
    return [f"Under the minimum of {least:,.2f} {debtor.currency}"]


def _heads_up(debtor: Debtor, said: Sequence[Said], policy: Policy, rules: Rules) -> Decision | None:
    """The note before a due date: once for each due date, about what falls due until then."""
    step = policy.heads_up
    if step is None:
        return None
    told = {letter.cycle for letter in said if letter.step == 0 and letter.state != "refused"}
    named = {invoice for letter in said if letter.step == 0 for invoice in letter.invoices}
    owed = tuple(
        one
        for one in debtor.upcoming
        if one.days_overdue >= step.days and one.due not in told and one.invoice not in named
    )
    due = sum(one.open for one in owed) - debtor.unapplied
    if not owed or _too_little(debtor, step, due, rules):
        return None
    first = min(one.due for one in owed)
    days = (first - rules.as_of).days
    why = "Due today" if days == 0 else f"Due in {days} day{'' if days == 1 else 's'}"
    return Decision(debtor, READY, why, step, first, owed, due)


def _general_reasons(debtor: Debtor, rules: Rules) -> list[str]:
    reasons = [*rules.stop]
    if not debtor.reminders:
        reasons.append("Reminders is No on Customers")
    if debtor.doubtful:
        reasons.append("A row of this customer has a fault; see Problems")
    return reasons


def _general(plan: Decision, now: Stand, rules: Rules) -> Decision:
    """`plan`, held by what concerns the customer or the whole run."""
    reasons = _general_reasons(plan.debtor, rules)
    if now.in_doubt:
        reasons.insert(
            0, f"In doubt whether a letter arrived; answer with: duesheet resolve FILE {now.in_doubt}"
        )
    return replace(plan, status=HELD, why="; ".join(reasons)) if reasons else plan


def _answered(plan: Decision, said: Sequence[Said], rules: Rules) -> Decision:
    """`plan`, or the letter that was sent on this very day."""
    today = next((letter for letter in said if letter.on == rules.as_of and letter.state == "sent"), None)
    if today is None:
        return plan
    return replace(plan, status=SENT, why=f"Sent {today.on.isoformat()}", said_key=today.key)


def held(plan: Decision, reason: str) -> Decision:
    """`plan`, held for one more reason."""
    if plan.status == READY:
        return replace(plan, status=HELD, why=reason)
    return replace(plan, why=f"{plan.why}; {reason}" if plan.why else reason)


def promise_words(invoice: str, promised: date) -> str:
    """Why a promised item is left out.

    >>> promise_words("INV-7", date(2026, 11, 30))
    'INV-7 promised for 2026-11-30'
    """
    return f"{invoice} promised for {promised.isoformat()}"


def standard(name: str | None) -> str:
    """The policy a customer is under, by its name or the standard one."""
    return name or STANDARD


def stale(newest: date | None, as_of: date, days: int) -> str:
    """Why nothing is sent when the newest payment is too old; blank when it is not, or when `days` is 0.

    >>> stale(date(2026, 11, 1), date(2026, 11, 23), 7)
    'The newest payment is of 2026-11-01, more than 7 days ago; enter the bank first'
    >>> stale(date(2026, 11, 20), date(2026, 11, 23), 7)
    ''
    """
    if days == 0:
        return ""
    if newest is None:
        return "No payment is entered at all; enter the bank first, or set Payments may be old by days to 0"
    if (as_of - newest).days <= days:
        return ""
    return f"The newest payment is of {newest.isoformat()}, more than {days} days ago; enter the bank first"
