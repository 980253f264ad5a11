"""Print the oldest version of everything that pyproject.toml allows, as constraints for pip.

`make test-lowest` installs these and runs the tests, so that a lower bound is what was tried and not what was hoped.
"""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def lowest(project: Path = PROJECT) -> dict[str, str]:
    """Return the lower bound of each direct dependency, of the core and of every extra, by its name.

    What is held to a series (`~=`) is left out: it has no older version that is allowed.

    Raises ValueError for a dependency without a bound.
    """
    told = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = {}
    for requirement in [
        *told["dependencies"],
        *(each for some in told["optional-dependencies"].values() for each in some),
    ]:
        if "~=" in requirement:
            continue
        bound = re.fullmatch(r"([\w.-]+)>=([\w.]+)", requirement)
        if bound is None:
            raise ValueError(f"{requirement}: no plain lower bound")
        name, version = bound.groups()
        if found.setdefault(name, version) != version:
            raise ValueError(f"{name}: two lower bounds, {found[name]} and {version}")
    return found


if __name__ == "__main__":
    for name, version in lowest().items():
        print(f"{name}=={version}")
