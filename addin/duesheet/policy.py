"""The Policy sheet as steps: what is said after how many days, by which channel."""

from collections.abc import Mapping
from typing import NamedTuple

from duesheet.errors import Fault
from duesheet.tables import Typed

STANDARD = ""
"""The name of the policy of customers that name none."""


class Step(NamedTuple):
    """One step of a reminder cycle; `days` overdue from which it is due (negative: before the due date).

    `minimum` (major units) and `gap_days` are None where the setting holds.
    """

    number: int
    name: str
    days: int
    template: str
    channel: str
    minimum: float | None
    gap_days: int | None
    cc: str


class Policy(NamedTuple):
    """The steps of one policy, in order: `heads_up` before the due date, `steps` after it."""

    heads_up: Step | None
    steps: tuple[Step, ...]

    def step(self, number: int) -> Step | None:
        """The step `number`, None when the policy has none such."""
        everything = (self.heads_up, *self.steps)
        return next((step for step in everything if step is not None and step.number == number), None)

    def after(self, number: int) -> Step | None:
        """The step that follows step `number`, None after the last one.

        >>> first = Step(1, "Friendly reminder", 1, "friendly", "Email", None, None, "")
        >>> Policy(None, (first,)).after(0) == first, Policy(None, (first,)).after(1)
        (True, None)
        """
        return next((step for step in self.steps if step.number > number), None)


def read(typed: Typed, sheet: str = "Policy") -> tuple[Mapping[str, Policy], tuple[Fault, ...]]:
    """Policies by name (in lower case), and the rows that cannot be used."""
    faults = list(typed.faults)
    steps: dict[str, dict[int, Step]] = {}
    for row in typed.frame.sort("row").iter_rows(named=True):
        step = _step(row)
        known = steps.setdefault((row["policy"] or STANDARD).lower(), {})
        wrong = _wrong(step, known)
        if wrong:
            column, found, remedy = wrong
            faults.append(Fault(sheet, row["row"], column, found, remedy))
        else:
            known[step.number] = step
    return {name: _policy(known) for name, known in steps.items()}, tuple(faults)


def _step(row: Mapping[str, object]) -> Step:
    return Step(
        number=int(row["step"]),  # type: ignore[call-overload]  # a whole number, or the row was left out
        name=str(row["name"]),
        days=int(row["days"]),  # type: ignore[call-overload]  # the same
        template=str(row["template"] or ""),
        channel=str(row["channel"] or "Email"),
        minimum=None if row["minimum"] is None else float(row["minimum"]),  # type: ignore[arg-type]  # the same
        gap_days=None if row["gap_days"] is None else int(row["gap_days"]),  # type: ignore[call-overload]  # the same
        cc=str(row["cc"] or ""),
    )


def _wrong(step: Step, known: Mapping[int, Step]) -> tuple[str, str, str] | None:
    if step.number < 0:
        return "Step", str(step.number), "Steps are 0, 1, 2 and so on."
    if step.number in known:
        return "Step", str(step.number), "This policy has the step already; the first row counts."
    if step.channel == "Email" and not step.template:
        return "Template", "", "Name the letter to send, as friendly, or set Channel to Call."
    if step.number > 0 and step.days < 0:
        return "Days", str(step.days), "Only step 0 comes before the due date."
    return None


def _policy(steps: Mapping[int, Step]) -> Policy:
    ordered = [steps[number] for number in sorted(steps)]
    return Policy(steps.get(0), tuple(step for step in ordered if step.number > 0))
