"""A dispatcher that is killed between an attempt and its record: `mortal DIES_AFTER FASTER SEED`.

Its clock runs FASTER times as fast, so that a minute's wait is over soon.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import django

django.setup()

from config.outbox.dispatch import Dispatcher  # noqa: E402  (models need django.setup())
from config.outbox.sending import send  # noqa: E402

dies_after, faster, began = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
sent = count(1)


def clock() -> datetime:
    start = datetime.fromtimestamp(began, UTC)
    return start + timedelta(seconds=(time.time() - began) * faster)


def send_and_perhaps_die(**message):
    outcome = send(**message)
    if next(sent) == dies_after:
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


while True:
    Dispatcher(clock, send_and_perhaps_die).run()
    time.sleep(0.05)
