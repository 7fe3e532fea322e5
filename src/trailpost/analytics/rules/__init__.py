"""Decisions of analytics without I/O: periods, what a report is, whether the ledger adds up."""
