"""A spreadsheet of prices that waits for a decision."""

from django.db import models

from config.access.models import User
from pricing.models.price_book import PriceBook


class PriceSheet(models.Model):
    """A file that somebody has sent for a book: looked at, drafted or not, forgotten in a day."""

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="+")
    sender = models.ForeignKey(User, models.CASCADE, related_name="+")
    content = models.BinaryField()
    problems = models.JSONField(default=list)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Sheet {self.pk} for {self.book}"
