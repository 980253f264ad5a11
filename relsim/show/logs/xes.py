"""A log as XES (IEEE 1849): a trace is one life of a relationship, its events in their order."""

import re
from collections.abc import Iterable
from typing import TextIO
from xml.sax.saxutils import quoteattr

from relsim.show.logs.flat import attributes, facts
from relsim.show.logs.trace import Origin, Trace, text_of
from relsim.show.logs.values import Plain

__all__ = ["write_xes"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
<string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
"""

_NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _attribute(key: str, value: Plain) -> str:
    name = {bool: "boolean", int: "int", float: "float"}.get(type(value), "string")
    text = _NOT_OF_XML.sub("\N{REPLACEMENT CHARACTER}", text_of(value))
    return f'<{name} key="{key}" value={quoteattr(text)}/>\n'


def write_xes(file: TextIO, origin: Origin, traces: Iterable[Trace]) -> None:
    """Write traces as XES."""
    file.write(_HEAD)
    file.writelines(_attribute(key, value) for key, value in {"concept:name": origin.title, **origin.facts}.items())
    for trace in traces:
        file.write("<trace>\n")
        file.writelines(_attribute(key, value) for key, value in facts(trace).items())
        for entry in trace.entries:
            file.write(f'<event>\n<date key="time:timestamp" value="{entry.moment}"/>\n')
            file.writelines(_attribute(key, value) for key, value in attributes(entry).items())
            file.write("</event>\n")
        file.write("</trace>\n")
    file.write("</log>\n")
