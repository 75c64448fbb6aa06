"""The confined child: one upload on stdin, its media type as argument, the answer on stdout.

The answer is a line of JSON, ``{"width": …, "height": …, "full": bytes, "small": bytes}`` or
``{"trouble": …}``, and behind it both pictures. A clean picture comes back as it is.
"""

from __future__ import annotations

import json
import os
import sys

from signaling_server.media.cleaning import Cleaned, TroubleError, clean, read_picture
from signaling_server.media.limits import JOB_SECONDS, allow_cpu, confine
from signaling_server.protocol.pictures import MAX_UPLOAD_BYTES, PictureTrouble, clean_shape


def main(media_type: str) -> None:
    """Clean one upload."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no part of the answer
    data = sys.stdin.buffer.read(MAX_UPLOAD_BYTES + 1)
    confine()
    allow_cpu(JOB_SECONDS)
    try:
        done = _clean(data, media_type)
    except TroubleError as exc:
        answers.write(json.dumps({"trouble": exc.trouble}).encode() + b"\n")
    except MemoryError:
        answers.write(json.dumps({"trouble": PictureTrouble.TOO_MUCH_MEMORY}).encode() + b"\n")
    else:
        sizes = {"width": done.width, "height": done.height}
        lengths = {"full": len(done.full), "small": len(done.small)}
        answers.write(json.dumps(sizes | lengths).encode() + b"\n" + done.full + done.small)
    answers.close()


def _clean(data: bytes, media_type: str) -> Cleaned:
    done = clean(read_picture(data, media_type))
    shape = clean_shape(data)
    # decoded to its end just now, and its container holds nothing else: it keeps its hash
    if shape is not None and shape.media_type == media_type:
        return Cleaned(data, done.small, shape.width, shape.height)
    return done


if __name__ == "__main__":
    main(sys.argv[1])
