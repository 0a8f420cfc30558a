from pricing.admin import book, charge, panels, plan, price, price_panels, release, version

__all__ = ["book", "charge", "panels", "plan", "price", "price_panels", "release", "version"]
