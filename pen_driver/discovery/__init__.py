"""Which pens are here, over all transports, and why each was taken for one."""

from pen_driver.discovery.candidates import (
    Candidate,
    CandidateKind,
    Explanation,
    Reason,
    ReasonKind,
)
from pen_driver.discovery.search import Search, discover
from pen_driver.discovery.texts import explanation_text, reason_text

__all__ = [
    "Candidate",
    "CandidateKind",
    "Explanation",
    "Reason",
    "ReasonKind",
    "Search",
    "discover",
    "explanation_text",
    "reason_text",
]
