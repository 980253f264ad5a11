"""How the site is built: `make docs`. Nothing is asked of a network, by a build or by a page."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pygments.lexers.special import TextLexer  # noqa: E402
from sphinx.highlighting import lexers  # noqa: E402

from docs.site import docstrings, notebook_pages, outward  # noqa: E402
from relsim import __version__  # noqa: E402

project = "relsim"
author = "relsim contributors"
project_copyright = "relsim contributors, MIT licence"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["tables", "site", "lab", "pictures"]
suppress_warnings: list[str] = []

# every name of relsim that is shown has a place here, but for those that only relsim makes and takes
nitpicky = True
_OTHERS = "Annotated|ArrayLike|Axes|Figure|collections|concurrent|numpy|os|pandas|pathlib|simpy|t|typing"
_INNER = (
    "Past(Comparison|Targets)",
    r"relsim\.analysis\.(precision|tally)",
    r"relsim\.exact\.chain",
    r"relsim\.(experiment|lab|show)",
    r"relsim\.model\.(rulebook|state)",
    r"relsim\.scenario\.(governance|known_policy|parameter)",
)
nitpick_ignore_regex = [("py:.*", rf"({'|'.join((_OTHERS, *_INNER))})(\W.*)?")]

# Markdown as it is read on GitHub too, which knows more languages of code
myst_heading_anchors = 4
lexers["csv"] = TextLexer()

# the reference of Python names
add_module_names = False
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
default_role = "literal"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True

# the pages
html_theme = "furo"
html_title = f"relsim {version}"
html_static_path = ["site/static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5c8a", "color-brand-content": "#0b5c8a"},
    "dark_css_variables": {"color-brand-primary": "#7cc4ea", "color-brand-content": "#7cc4ea"},
}


def setup(app: object) -> None:
    """Add what is ours: notebooks as pages, links that lead out of docs/, and docstrings as they are written here."""
    notebook_pages.setup(app)
    outward.setup(app)
    docstrings.setup(app)
