"""Arguments that belong together in lists, as the invoices of a customer: one answer for each list."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from duesheet.functions.answers import Argument, each, rowwise, sound
from duesheet.functions.cells import Cells, Form, Range, Wrong

Lists = tuple[Sequence[Any], Sequence[Any]]
"""Two lists that belong together, one by one."""


class _Split(NamedTuple):
    """The values of an argument, list by list, and whether all can be worked with."""

    lists: list[list[Any]]
    sound: bool


def for_each_list(
    work: Callable[..., Any], lists: tuple[Argument, Argument], *singles: Argument, by: Argument | None = None
) -> Cells:
    """What `work` answers from two lists, given as one argument, and a value of each of `singles`.

    A row or a column is one list, and its answer one cell. A block has one list in each row, and the answers are a
    column. Where `by`, one of `singles`, is a range, each of its cells has a list of its own in the block's rows,
    or all share the one row there is. Where both lists are blank, nothing stands in either.
    """
    shape = _shape(lists[0].range, by)
    first, second = (_split(one, len(shape.cells)) for one in lists)
    if isinstance(first, Wrong):
        return str(first)
    if isinstance(second, Wrong):
        return str(second)
    held = Range(_paired(lists, first, second), shape.height, shape.width, shape.form)
    return each(rowwise(work), Argument("", held, lambda _, pair: pair, _at_once), *singles)


def _at_once(pairs: Sequence[Any]) -> list[Any] | None:
    return list(pairs) if sound(pairs) else None


def _shape(lists: Range, by: Argument | None) -> Range:
    """The shape of the answer."""
    if by is not None and not (by.range.single and _is_block(lists)):
        return by.range
    if _is_block(lists):
        return Range([None] * lists.height, lists.height, 1, Form.BLOCK)
    return Range((None,), 1, 1, Form.CELL)


def _is_block(found: Range) -> bool:
    return min(found.height, found.width) > 1


def _split(argument: Argument, count: int) -> _Split | Wrong:
    """The values of each list; where there is only one, all share it."""
    found = argument.range
    one_row = found.single or (not _is_block(found) and (found.height == 1 or found.form is Form.LINE))
    if count > 1 and not one_row and not (found.height == count and found.width > 1):
        size = f"{argument.label} has {found.size} cells"
        return Wrong(f"{size}; give {count:,} rows of them, or one row for all")
    values = argument.read_cells(found.cells)
    if count == 1 or one_row:
        return _Split([values] * count, sound(values))
    rows = [values[at : at + found.width] for at in range(0, len(values), found.width)]
    return _Split(rows, sound(values))


def _paired(lists: tuple[Argument, Argument], first: _Split, second: _Split) -> list[Lists | Wrong]:
    """The lists side by side, or what keeps them apart."""
    others = second.lists
    if lists[1].range.single:
        others = [two * len(one) for one, two in zip(first.lists, others, strict=True)]
    rows = list(zip(first.lists, others, strict=True))
    if first.sound and second.sound and len(first.lists[0]) == len(others[0]):
        return list(rows)
    return [_sifted(lists, *row) for row in rows]


def _sifted(lists: tuple[Argument, Argument], first: Sequence[Any], second: Sequence[Any]) -> Lists | Wrong:
    """Two lists without what is blank in both; a message where only one is, or where there are more of one."""
    labels = [one.label for one in lists]
    if len(first) != len(second):
        return Wrong(
            f"{labels[0]} has {len(first):,} cells, {labels[1]} {len(second):,}; give as many of both"
        )
    blank = {None, lists[0].blank}
    kept = [pair for pair in zip(first, second, strict=True) if pair[1] is not None or pair[0] not in blank]
    for pair in kept:
        for label, value in zip(labels, pair, strict=True):
            if value is None or type(value) is Wrong:
                return Wrong(value or f"{label} is blank")
    return [one for one, _ in kept], [two for _, two in kept]
