"""Numbers in forms, written as short as they are: 19, not 19.000000."""

from decimal import Decimal

from config.admin.forms import ModelForm


class ShortNumbers(ModelForm):
    """A form of prices; what is stored keeps its six digits."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = Decimal(f"{value.normalize():f}")
