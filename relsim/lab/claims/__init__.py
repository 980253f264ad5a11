"""The article's statements as claims that lives can support or contradict."""

from relsim.lab.claims.claim import Claim, Rule, Unit, Verdict
from relsim.lab.claims.document import document, rules_document, schema
from relsim.lab.claims.finding import ASKED, ENOUGH, PAIRS, WORLD, Claims, Found, InWorld, Said, claims, judge
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.statements import STATEMENTS, Statement, statements

__all__ = [
    "ASKED",
    "ENOUGH",
    "PAIRS",
    "STATEMENTS",
    "WORLD",
    "Claim",
    "Claims",
    "Found",
    "InWorld",
    "Lived",
    "Rule",
    "Said",
    "Statement",
    "Unit",
    "Verdict",
    "claims",
    "document",
    "judge",
    "rules_document",
    "schema",
    "statements",
]
