"""The obvious way: openpyxl loads the book, pandas works it out, openpyxl writes the sheets back and saves.

`python -m benchmarks.obvious BOOK COPY` prints what is open, as JSON. The same job as Duesheet's own
refresh, in vectorized pandas, as somebody who knows both libraries would write it in an afternoon; amounts
are floats.
"""

import datetime as dt
import json
import sys
import time
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from benchmarks.ledger import AS_OF
from openpyxl.utils import get_column_letter

EDGES = [30, 60, 90, 120]
BUCKETS = ["Current", "1-30", "31-60", "61-90", "91-120", "Over 120"]
TERMS = {"Net 30": 30}
CENT = 0.005


def read(book: openpyxl.Workbook, name: str) -> pd.DataFrame:
    """One sheet as a frame."""
    rows = book[name].iter_rows(values_only=True)
    header = next(rows)
    return pd.DataFrame(rows, columns=[str(cell) for cell in header]).dropna(how="all")


def open_items(invoices: pd.DataFrame, payments: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Every invoice that is open: named payments first, then money on account, oldest first."""
    own = customers.set_index("Customer ID")
    items = invoices.copy()
    items["Customer"] = items["Customer ID"].map(own["Name"])
    items["Owner"] = items["Customer ID"].map(own["Owner"])
    items["Currency"] = items["Currency"].fillna(items["Customer ID"].map(own["Currency"]))
    terms = items["Terms"].fillna(items["Customer ID"].map(own["Terms"])).map(TERMS).fillna(0)
    items["Invoice date"] = pd.to_datetime(items["Invoice date"])
    due = items["Invoice date"] + pd.to_timedelta(terms, unit="D")
    items["Due date"] = pd.to_datetime(items["Due date"]).fillna(due)
    items = items[items["Invoice date"] <= pd.Timestamp(AS_OF)]

    payments["Date"] = pd.to_datetime(payments["Date"])
    paid = payments[payments["Date"] <= pd.Timestamp(AS_OF)]
    named = paid.dropna(subset=["Invoice"]).groupby("Invoice")["Amount"].sum()
    items["Paid"] = items["Invoice"].map(named).fillna(0.0)
    items["Settled on"] = items["Invoice"].map(paid.groupby("Invoice")["Date"].max())
    items["Open"] = (items["Amount"] - items["Paid"]).round(2)

    on_account = paid[paid["Invoice"].isna()].groupby("Customer ID")["Amount"].sum()
    items = items.sort_values(["Customer ID", "Due date", "Invoice"])
    pot = items["Customer ID"].map(on_account).fillna(0.0)
    owing = items["Open"].clip(lower=0)
    ahead = owing.groupby(items["Customer ID"]).cumsum() - owing
    applied = (pot - ahead).clip(lower=0).clip(upper=owing)
    items["Paid"] += applied
    items["Open"] = (items["Open"] - applied).round(2)

    items["Days overdue"] = (pd.Timestamp(AS_OF) - items["Due date"]).dt.days
    items["Bucket"] = pd.cut(items["Days overdue"], [-np.inf, 0, *EDGES, np.inf], labels=BUCKETS)
    return items


def aging(items: pd.DataFrame, payments: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and currency."""
    owed = items[items["Open"] > CENT]
    keys = ["Customer ID", "Customer", "Currency"]
    pivot = owed.pivot_table(
        index=keys, columns="Bucket", values="Open", aggfunc="sum", fill_value=0.0, observed=False
    )
    sheet = pivot.reindex(columns=BUCKETS, fill_value=0.0).reset_index()
    sheet["Total"] = sheet[BUCKETS].sum(axis=1).round(2)
    sheet = sheet[sheet["Total"] > CENT]
    sheet["Overdue"] = (sheet["Total"] - sheet["Current"]).round(2)
    by_customer = sheet["Customer ID"]
    oldest = owed.groupby("Customer ID")["Days overdue"].max()
    sheet["Oldest days"] = by_customer.map(oldest)
    settled = items[(items["Open"].abs() <= CENT) & items["Settled on"].notna()].copy()
    settled["Days late"] = (settled["Settled on"] - settled["Due date"]).dt.days
    settled = settled[settled["Settled on"] > pd.Timestamp(AS_OF - dt.timedelta(days=365))]
    weighted = (settled["Days late"] * settled["Amount"]).groupby(settled["Customer ID"]).sum()
    sheet["Average days late"] = by_customer.map(weighted / settled.groupby("Customer ID")["Amount"].sum())
    late = settled["Days late"].gt(0).groupby(settled["Customer ID"]).mean()
    sheet["Risk score"] = (by_customer.map(late) * 100).round(0)
    sheet["Risk flag"] = pd.cut(
        sheet["Risk score"], [-np.inf, 20, 50, np.inf], labels=["Low", "Watch", "High"]
    )
    sheet.loc[sheet["Oldest days"] > 90, "Risk flag"] = "High"
    sheet["Last payment"] = by_customer.map(payments.groupby("Customer ID")["Date"].max())
    sheet["Owner"] = by_customer.map(customers.set_index("Customer ID")["Owner"])
    return sheet


def write(book: openpyxl.Workbook, name: str, frame: pd.DataFrame) -> None:
    """Rewrite the rows of an output sheet under its headers, keep the cells' formats, resize its table."""
    sheet = book[name]
    headers = [cell.value for cell in sheet[1]]
    formats = [cell.number_format for cell in sheet[2]]
    if sheet.max_row > 1:
        sheet.delete_rows(2, sheet.max_row - 1)
    values = frame.reindex(columns=headers).astype(object)
    values = values.where(values.notna(), None)
    for row in values.itertuples(index=False):
        sheet.append(tuple(row))
    for row_cells in sheet.iter_rows(min_row=2):
        for cell, look in zip(row_cells, formats, strict=False):
            cell.number_format = look
    last = get_column_letter(len(headers))
    table = sheet.tables[name]
    table.ref = f"A1:{last}{max(len(frame), 1) + 1}"
    table.autoFilter.ref = table.ref


def refresh(source: str, target: str) -> dict[str, Any]:
    """Refresh the book at `source` into `target`; the figures and what each stage took."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(source)
    customers, invoices, payments = (read(book, name) for name in ("Customers", "Invoices", "Payments"))
    loaded = time.perf_counter()
    items = open_items(invoices, payments, customers)
    sheet = aging(items, payments, customers)
    worked = time.perf_counter()
    owed = items[items["Open"].abs() > CENT]
    write(book, "OpenItems", owed)
    write(book, "Aging", sheet)
    book.save(target)
    stages = {"read": loaded - began, "core": worked - loaded, "write": time.perf_counter() - worked}
    totals = owed.groupby("Currency")["Open"].sum().round(2).to_dict()
    return {"open": totals, "items": len(owed), "stages": stages}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(refresh(*sys.argv[1:3])))
