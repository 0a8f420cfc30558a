"""How long work tells that it goes on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from tqdm import tqdm

# progress(what, total) is entered around a step and yields a function that is told each advance.
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


def silent(what: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    """Tells nobody."""
    return nullcontext(lambda advance: None)


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal for each step."""
    with tqdm(total=total, desc=what, unit_scale=True, leave=True) as shown:
        yield shown.update
        shown.update(shown.total - shown.n)
