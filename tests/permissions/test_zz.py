import pytest
from tests.permissions.test_table import *
def test_z():
    print("\n".join(without_line(DOORS, TABLE) + without_door(DOORS, TABLE) + without_row(DOORS)))
