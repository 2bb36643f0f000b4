"""Setting the add-in up for one user, and taking it away again: in Excel and in LibreOffice."""
