"""How a country is written: its two letters of ISO 3166."""

from django.core.validators import RegexValidator

two_letters = RegexValidator(r"^[A-Z]{2}\Z", "Two capital letters, such as DE.")
