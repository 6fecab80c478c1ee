"""Every "must show" in full: `make proof`. What it prints is kept in docs/proof.md."""

import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from .target import ROOT

REPORT = ROOT / "docs" / "proof.md"
STOCK = "sandbox.tests.apis.stock"
PARALLEL = "sandbox.tests.apis.parallel"
FAULTS = "sandbox.tests.faults"
ENDURANCE = "sandbox.tests.endurance"
FUZZ = "sandbox.tests.fuzz"
PACKAGES = ("openapi-sandbox", "connexion", "schemathesis", "faker", "openapi-python-client")


@dataclass(frozen=True)
class Step:
    """A command that proves something. whole: whether its whole output is kept, else the last lines."""

    title: str
    arguments: tuple[str, ...]
    whole: bool = False


STEPS = (
    Step("All tests, the slow ones too", ("pytest", "-m", "slow or not slow", "--durations=5")),
    Step("Stock Schemathesis: all phases and checks, 3 seeds, 50 examples", (STOCK,), True),
    Step("Eight contract runs at once, in eight worlds of one sandbox", (PARALLEL,), True),
    Step("Faults under load", (FAULTS,), True),
    Step("Ten minutes of reads, ten of creates and deletes", (ENDURANCE,), True),
    Step("Ten minutes of strange bytes", (FUZZ,), True),
    Step("Eight clients in eight worlds beside the same in one", ("benchmarks.worlds",), True),
    Step("The contract suite beside stock Schemathesis", ("benchmarks.suite",), True),
    Step("What the request log costs", ("benchmarks.log",), True),
    Step("Requests per second, start and memory beside other servers", ("benchmarks",)),
)


def main() -> int:
    """Run every step; write the report after each. Returns 1 when a step failed."""
    parts, failed = [f"# Proof\n\n{describe_machine()}\n"], False
    for step in STEPS:
        print(f"== {step.title}", flush=True)
        passed, text = run_step(step)
        print(text, flush=True)
        failed |= not passed
        parts.append(text)
        REPORT.write_text("\n".join(parts))
    return int(failed)


def run_step(step: Step) -> tuple[bool, str]:
    """Whether a step passed, and its part of the report."""
    started = time.monotonic()
    command = [sys.executable, "-m", *step.arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    verdict = "passed" if done.returncode == 0 else f"FAILED with exit code {done.returncode}"
    head = f"`python -m {' '.join(step.arguments)}`: {verdict}, {time.monotonic() - started:.0f} s"
    last = "\n".join(done.stdout.splitlines()[-25:])
    kept = done.stdout if step.whole else f"```text\n{last}\n```"
    return done.returncode == 0, f"## {step.title}\n\n{head}\n\n{kept}\n"


def describe_machine() -> str:
    """When and with what it ran."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {versions}."


if __name__ == "__main__":
    sys.exit(main())
