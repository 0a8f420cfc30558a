"""How fast figures are, against what they must be compared with; see docs/performance.md."""
