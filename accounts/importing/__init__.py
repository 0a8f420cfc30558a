from accounts.importing.book import import_book
from accounts.importing.report import Problem, Refused, Report

__all__ = ["Problem", "Refused", "Report", "import_book"]
