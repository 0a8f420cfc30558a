"""The admin's frame: the one place that knows the theme.

Apps use `options` (what every model's page does), `panels` (what other apps put on a page) and
`decisions` (a page for one decision); the rest follows from these.
"""
