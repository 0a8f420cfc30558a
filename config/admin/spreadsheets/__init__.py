"""Tables of the catalog as spreadsheets: exported, and imported as if each row were typed in.

A page joins with `Spreadsheets` before `ModelAdmin`, and its model with `EXPORTED` permissions.
"""

from config.admin.spreadsheets.pages import Spreadsheets

__all__ = ["Spreadsheets"]
