"""What a command says in one line when it cannot go on."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from contract_tests.problems import Unusable
from contract_tests.transport import TimeOver, Unreachable

DEBUG = "SANDBOX_DEBUG"


@dataclass
class Excuse:
    """Why a command ended."""

    text: str = ""


@contextmanager
def excused() -> Iterator[Excuse]:
    """Keep in one line what ends the block early."""
    excuse = Excuse()
    try:
        yield excuse
    except Unusable as error:
        excuse.text = str(error)
    except TimeOver as error:
        excuse.text = str(error) or "the time was over (--max-time) before anything was judged"
    except KeyboardInterrupt:
        excuse.text = "interrupted"
    except (BrokenPipeError, SystemExit):  # the latter is how rich says it
        excuse.text = "nobody reads what is written"
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else Python complains again at its end


@contextmanager
def contained(redact: Callable[[str], str]) -> Iterator[None]:
    """Make one line of what ends the block, without credentials, and also of a mistake of ours.

    Parameters: redact, what takes the credentials out of a text: a server may send back what it was sent.
    Raises Unusable, TimeOver and BrokenPipeError.
    """
    try:
        yield
    except Unreachable as error:
        raise Unusable(redact(f"the server does not answer any more: {error}")) from None
    except Unusable as error:
        raise Unusable(redact(str(error))) from None
    except (TimeOver, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        last = extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        text = " ".join(str(error).split())[:200]
        raise Unusable(
            f"a mistake of the suite itself, {type(error).__name__} {text} ({where}); {DEBUG}=1 shows more"
        ) from None
