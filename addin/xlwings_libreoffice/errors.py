"""The faults of an office, in one small tree."""

from xlwings import XlwingsError


class OfficeError(XlwingsError):
    """Something that LibreOffice refused or could not do, as LibreOffice says it."""


class OfficeMissing(OfficeError):
    """LibreOffice, or its Python bridge, is not installed where it is looked for."""


class OfficeGone(OfficeError):
    """The office has ended: it was closed, it was killed, or it crashed."""


class OfficeSilent(OfficeGone):
    """The office no longer answered and did nothing, and was ended."""


class ObjectGone(OfficeError):
    """The book, sheet or object is no longer there, though the office still runs."""
