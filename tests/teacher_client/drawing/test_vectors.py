"""The vectors that the page's TypeScript reads are what this side draws."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from tests.teacher_client.drawing.make_drawing_vectors import VECTORS, vectors


def test_shared_vectors() -> None:
    stored = json.loads(VECTORS.read_text(encoding="utf-8"))
    now = json.loads(json.dumps(vectors()))
    assert len(stored["curves"]) == len(now["curves"])
    for theirs, ours in zip(stored.pop("curves"), now.pop("curves"), strict=True):
        points = list(chain.from_iterable(theirs.pop("expected")))
        assert points == pytest.approx(list(chain.from_iterable(ours.pop("expected"))), abs=1e-3)
        assert theirs == ours
    assert stored == now
