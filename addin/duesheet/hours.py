"""When letters may be posted: the hours on Settings, on working days that are no holidays."""

from datetime import datetime, time, timedelta

from duesheet.dates import is_working_day
from duesheet.settings import Settings

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def may_post(chosen: Settings, moment: datetime) -> bool:
    """Whether `moment`, in the sender's own time, is one of the hours letters may be posted in; the last one is not."""
    start, end = chosen.send_hours
    return is_working_day(moment.date(), chosen.holidays) and start <= moment.time() < end


def next_hours(chosen: Settings, moment: datetime) -> datetime:
    """When letters may be posted next, from `moment` on."""
    if may_post(chosen, moment):
        return moment
    start, _ = chosen.send_hours
    day = moment.date()
    if moment.time() >= start:
        day += timedelta(days=1)
    while not is_working_day(day, chosen.holidays):
        day += timedelta(days=1)
    return datetime.combine(day, start, moment.tzinfo)


def closed(chosen: Settings, moment: datetime) -> str:
    """Why letters may not be posted at `moment`, and when they may, in words; blank when they may."""
    if may_post(chosen, moment):
        return ""
    start, end = chosen.send_hours
    then = next_hours(chosen, moment)
    return (
        f"Letters are posted {_clock(start)}-{_clock(end)} on working days (Settings, Send hours and Holidays). "
        f"You may send from {_WEEKDAYS[then.weekday()]}, {then.date().isoformat()}, {_clock(then.time())}."
    )


def _clock(moment: time) -> str:
    """Hours and minutes; the end of the day is 24:00."""
    return "24:00" if moment == time.max else f"{moment:%H:%M}"
