"""What a later app adds to a page that is not its own: a button of its own decision."""

from collections.abc import Callable


def add_action(page: type) -> Callable[[Callable], Callable]:
    """Puts an action on the pages of rows of another app's admin class.

    The function is written like a method of that class; its name is part of the address.
    """

    def register(function: Callable) -> Callable:
        if hasattr(page, function.__name__):
            raise ValueError(f"{page.__name__} has {function.__name__} already")
        setattr(page, function.__name__, function)
        page.actions_detail = [*page.actions_detail, function.__name__]
        return function

    return register
