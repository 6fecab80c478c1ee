"""A server under measurement."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """How a server is started.

    command: `{port}` stands for its port; base: where its paths start; shown: the command in words; folder:
    where it is started; hinted: what it answers rightly only when `Prefer: example=` says so; is_limit: a
    bare application; forget: the path that drops the records of a `{world}`, where they are kept.
    """

    name: str
    command: tuple[str, ...]
    base: str = ""
    shown: str = ""
    folder: Path = ROOT
    hinted: tuple[str, ...] = ()
    is_limit: bool = False
    forget: str = ""

    def hint(self, example: str) -> str:
        """The header that names the wanted answer, or ''."""
        return f"Prefer: example={example}" if example in self.hinted else ""
