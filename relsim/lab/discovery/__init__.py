"""Discovery: among worlds that nobody can tell which is true, where does an arm win, and where is the border?"""

from relsim.lab.discovery.border import Border, border
from relsim.lab.discovery.discover import Discovery, discover

__all__ = ["Border", "Discovery", "border", "discover"]
