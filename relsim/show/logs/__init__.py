"""Event logs for process mining: lives as OCEL 2.0, as XES, and as a flat table."""

from relsim.show.logs.moments import first_day
from relsim.show.logs.write import MOST, PAIRS, first_lives, log_form, write_log

__all__ = ["MOST", "PAIRS", "first_day", "first_lives", "log_form", "write_log"]
