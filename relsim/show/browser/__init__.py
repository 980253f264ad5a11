"""What runs in a browser: small hand-written modules without any library, each with its style."""

from relsim.show.browser.modules import script, style

__all__ = ["script", "style"]
