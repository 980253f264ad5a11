"""The sources of the modules: put together here, since a page that is opened from the disk may load no file."""

from importlib.resources import files

from relsim.drawing.style import THEME
from relsim.show.page import ON_DARK

__all__ = ["script", "style"]

_PARTS = {
    "live": ("controls", "outcomes", "wishes", "live"),
    "twins": ("marks", "lanes", "courses", "knowing", "parts", "twins"),
}
"""The files of a module that has several, in order."""


def _source(file: str) -> str:
    return files(__package__).joinpath(file).read_text("utf-8")


def script(*names: str) -> str:
    """Return modules, by name, as one: what all share, then theirs."""
    parts = (part for name in names for part in _PARTS.get(name, (name,)))
    return "\n".join(_source(f"{part}.js") for part in ("base", *parts))


def style(*names: str) -> str:
    """Return the style of modules: the colours of THEME, light and dark, what all share, then theirs.

    Dark is what the reader's system asks for, or JupyterLab's theme where the page is shown in it.
    """
    light = "".join(f"--{role}:{shade};" for role, shade in THEME) + "color-scheme:light;"
    dark = "".join(f"--{role}:{ON_DARK[role]};" for role, _ in THEME) + "color-scheme:dark;"
    colours = (
        f".relsim {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ .relsim {{ {dark} }} }}\n"
        f'[data-jp-theme-light="true"] .relsim {{ {light} }}\n'
        f'[data-jp-theme-light="false"] .relsim {{ {dark} }}\n'
    )
    return colours + "\n".join(_source(f"{name}.css") for name in ("base", *names))
