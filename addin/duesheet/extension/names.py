"""The names under which the office knows the extension and its parts."""

IDENTIFIER = "org.duesheet.calc"
INTERFACE = "org.duesheet.calc.XFunctions"
FUNCTIONS = "org.duesheet.calc.Functions"
BUTTONS = "org.duesheet.calc.Buttons"
PROTOCOL = "org.duesheet:"
"""What the address of a button's command begins with."""

TOOLBAR = "org.duesheet.calc.toolbar"
MENU = "org.duesheet.calc.menu"
TITLE = "Collections"

ENTRY = "duesheet_calc.py"
"""The Python file that the office loads."""

TYPES = "functions.rdb"
"""The type library."""

HERE = "duesheet.extension.component"
IN_THE_OFFICE = "duesheet_in_calc"
"""What the component's package is called here, and in the office, where all extensions share one list of names."""
