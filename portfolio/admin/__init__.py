from portfolio.admin import market, panels, portfolio, product, threshold

__all__ = ["market", "panels", "portfolio", "product", "threshold"]
