"""What an answer says, to be compared with another."""

import re

from django.http import HttpResponse

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


def text_of(answer: HttpResponse) -> str:
    """The text of an answer, without the tokens that forms have anew each time."""
    return TOKEN.sub("TOKEN", answer.getvalue().decode(errors="replace"))
