"""A spreadsheet of a price book becomes a draft release: read, checked, compared, proposed."""
