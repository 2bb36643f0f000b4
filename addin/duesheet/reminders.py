"""Who is due which step, and why everyone else is held."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from duesheet import money
from duesheet.cycles import REACHED, Said, Stand, stand
from duesheet.debtors import Debtor, Owed
from duesheet.policy import Policy, Step

READY, HELD, SENT, IN_DOUBT = "Ready", "Held", "Sent", "In doubt"


class Rules(NamedTuple):
    """What holds for every customer on this run.

    `gap_days` and `minimum` (major units) are those of the settings; `stop` says why nobody at all is written to.
    """

    as_of: date
    policies: Mapping[str, Policy]
    gap_days: int
    minimum: float
    stop: tuple[str, ...] = ()


class Decision(NamedTuple):
    """What is done about one debtor: `status` Ready, Held or Sent, and `why` in words.

    `step` is the one that is due, or would be; `cycle` the date in its key (None: there is no letter to speak of);
    `owed` what the letter lists; `amount_due` that, less money on account. `said_key`: the letter is this one.
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
        name = debtor.policy or "The standard policy"
        return Decision(debtor, HELD, f"{name} is not on the Policy sheet")
    now = stand(said, contacts, policy, debtor.overdue_since)
    if now.in_doubt:
        return _in_doubt(debtor, now.in_doubt, now, policy)
    today = next((letter for letter in said if letter.on == rules.as_of and letter.state == "sent"), None)
    if today is not None:
        return _about(debtor, today, now, policy)._replace(status=SENT, why=f"Sent {today.on.isoformat()}")
    overdue = _overdue(debtor, now, policy, rules)
    if overdue.status == READY:
        return overdue
    return _heads_up(debtor, said, now, policy, rules) or overdue


def _in_doubt(debtor: Debtor, letter: Said, now: Stand, policy: Policy) -> Decision:
    why = f"In doubt whether it arrived; say so with: duesheet resolve FILE {letter.key}"
    return _about(debtor, letter, now, policy)._replace(why=why)


def _about(debtor: Debtor, letter: Said, now: Stand, policy: Policy) -> Decision:
    """A decision that tells of a letter that was made before, about what is left of the items it named."""
    listed = (*debtor.chaseable, *debtor.upcoming)
    owed = tuple(one for one in listed if one.invoice in letter.invoices)
    due = max(sum(one.open for one in owed) - debtor.unapplied, 0)
    step = policy.step(letter.step)
    return Decision(debtor, HELD, "", step, letter.cycle, owed, due, now.last_letter, letter.key)


def _overdue(debtor: Debtor, now: Stand, policy: Policy, rules: Rules) -> Decision:
    """The next step of the cycle, ready or held."""
    step = policy.after(now.last_step)
    if not debtor.overdue:
        return Decision(debtor, HELD, _nothing_overdue(debtor), step, last_letter=now.last_letter)
    owed = tuple(debtor.chaseable)
    due = max(sum(one.open for one in owed) - debtor.unapplied, 0)
    reasons = [*_not_yet(debtor, now, step, due, rules), *_never(debtor, rules)]
    status = HELD if reasons else READY
    told = [*(reasons or [f"{_days(_oldest(debtor))} overdue"]), *debtor.broken]
    why = "; ".join([*told, *debtor.left_out] if owed else told)
    return Decision(debtor, status, why, step, now.began or rules.as_of, owed, due, now.last_letter)


def _nothing_overdue(debtor: Debtor) -> str:
    """Why there is nothing to chase; where a plan holds everything, that is the reason."""
    if debtor.next_due:
        told = [f"Nothing overdue; next due {debtor.next_due.isoformat()}"]
    else:
        told = [] if debtor.left_out else ["Nothing overdue"]
    return "; ".join([*told, *debtor.left_out])


def _oldest(debtor: Debtor) -> int:
    """The days of the oldest chaseable item, which is the first: they are in the order of their due dates."""
    return debtor.chaseable[0].days_overdue


def _not_yet(debtor: Debtor, now: Stand, step: Step | None, due: int, rules: Rules) -> Sequence[str]:
    """What concerns this letter of the cycle."""
    if not debtor.chaseable:
        return debtor.left_out
    if step is None:
        return ["Every step of the policy has been taken"]
    if _oldest(debtor) < step.days:
        return [f"{step.name} is due from day {step.days}; this is day {_oldest(debtor)}"]
    return [*_too_soon(now, step, rules), *_too_little(debtor, step, due, rules)]


def _too_soon(now: Stand, step: Step, rules: Rules) -> Sequence[str]:
    if now.last_letter is None or step.channel == "Call":
        return ()
    # Even with no days between letters, the next step is another day's: each run climbs at most one.
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


def _never(debtor: Debtor, rules: Rules) -> Sequence[str]:
    """What concerns the customer, or the whole run."""
    reasons = [*rules.stop]
    if not debtor.reminders:
        reasons.append("Reminders is No on Customers")
    if debtor.doubtful:
        reasons.append("A row of this customer has a fault; see Problems")
    return reasons


def _heads_up(
    debtor: Debtor, said: Sequence[Said], now: Stand, policy: Policy, rules: Rules
) -> Decision | None:
    """The note before a due date: once for each due date, about what falls due until then."""
    step = policy.heads_up
    if step is None or not debtor.upcoming:
        return None
    near = [one for one in debtor.upcoming if one.days_overdue >= step.days]
    told = [letter for letter in said if letter.step == 0 and letter.state in REACHED]
    doubt = next((letter for letter in told if letter.state != "sent" and _names(letter, near)), None)
    if doubt is not None and doubt.state != "skipped":
        return _in_doubt(debtor, doubt, now, policy)
    owed = tuple(one for one in near if not any(_told(one, letter, step) for letter in told))
    due = sum(one.open for one in owed) - debtor.unapplied
    if not owed or _too_little(debtor, step, due, rules):
        return None
    first = min(one.due for one in owed)
    reasons = _never(debtor, rules)
    why = "; ".join(reasons) or _falls_due((first - rules.as_of).days)
    return Decision(debtor, HELD if reasons else READY, why, step, first, owed, due, now.last_letter)


def _names(letter: Said, items: Sequence[Owed]) -> bool:
    return any(one.invoice in letter.invoices for one in items)


def _told(one: Owed, letter: Said, step: Step) -> bool:
    """Whether the due date of an item was announced, in a letter of its own or beside an earlier one."""
    beside = one.invoice in letter.invoices and (one.due - letter.on).days <= -step.days
    return one.due == letter.cycle or beside


def _falls_due(days: int) -> str:
    return f"Due in {_days(days)}" if days else "Due today"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def held(plan: Decision, reason: str) -> Decision:
    """`plan`, held for one more reason."""
    if plan.status == READY:
        return plan._replace(status=HELD, why=reason)
    return plan._replace(why=f"{plan.why}; {reason}" if plan.why else reason)


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
