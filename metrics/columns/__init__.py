"""What every account held and paid, day by day, as columns that NumPy reads at once."""
