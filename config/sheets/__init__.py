"""Spreadsheets as tables of cells: read within bounds, written so that no cell runs."""
