from accounts.entitlements.answers import Effective, State, effective
from accounts.entitlements.ratios import Ratio, usage_ratios

__all__ = ["Effective", "Ratio", "State", "effective", "usage_ratios"]
