"""The engine as xlwings sees it: its name, its apps, and what values look like on the way in and out."""

from collections.abc import Callable, Sequence
from typing import Any

from xlwings_libreoffice import values
from xlwings_libreoffice.apps import Apps


class Engine:
    """LibreOffice Calc, driven over UNO."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(x: object, options: object) -> object:
        """The value as it is: whole columns are made ready at once when they are entered."""
        del options
        return x

    @staticmethod
    def clean_value_data(
        data: Sequence[Sequence[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: object,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,  # noqa: FBT001 (xlwings passes it by position)
    ) -> list[list[Any]]:
        """Rows of raw values as the caller asked for them: dates, empty cells, numbers and errors."""
        return values.cleaned(data, datetime_builder, empty_as, number_builder, err_to_str)


engine = Engine()
