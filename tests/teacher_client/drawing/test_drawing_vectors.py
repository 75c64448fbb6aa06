"""Lines, grounds and texts against the vectors that the page's TypeScript reads too."""

import json

from tests.teacher_client.drawing.make_drawing_vectors import VECTORS, vectors


def test_shared_vectors() -> None:
    fresh = json.loads(json.dumps(vectors()))
    assert fresh == json.loads(VECTORS.read_text(encoding="utf-8"))
