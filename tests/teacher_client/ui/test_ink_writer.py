"""Mouse and tablet samples to commands: nothing lost, nothing doubled."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.commands import MAX_COMMAND_SAMPLES, Ink, Tool, WriteInk
from signaling_server.protocol.ids import MAX_CONNECTION, PageId, stroke_writer
from signaling_server.protocol.schema import decode_tagged, encode
from teacher_client.ui.ink_writer import InkStyle, InkWriter, Pointer

PAGE = PageId(3)


def test_two_strokes_have_two_ids_of_the_window() -> None:
    writer = InkWriter(0x7FFF)
    assert writer.connection == MAX_CONNECTION
    names = []
    for _ in range(2):
        writer.begin(PAGE, InkStyle(), Pointer(0, 0, 1.0))
        names += [command.stroke for command in writer.end()]
    assert len(set(names)) == 2
    assert all(stroke_writer(name) == 1 and writer.owns(name) for name in names)


def test_a_tablet_gives_force_and_a_mouse_none() -> None:
    writer = InkWriter(1)
    writer.begin(PAGE, InkStyle(Tool.MARKER, Ink.MARKER_AQUA, 500), Pointer(100, 100, 1.0, 0.5))
    writer.move(Pointer(300, 100, 1.016, 1.0))
    (command,) = writer.end()
    assert command.force == (512, 1023)
    assert command.ms == (0, 16)
    assert (command.tool, command.width, command.is_last) == (Tool.MARKER, 500, True)


def test_trembling_is_left_out_and_ends_still_end() -> None:
    writer = InkWriter(1)
    writer.begin(PAGE, InkStyle(), Pointer(100, 100, 1.0))
    assert len(writer.take()) == 1
    writer.move(Pointer(102, 101, 1.008))
    assert writer.take() == []
    (command,) = writer.end(Pointer(102, 102, 1.1))
    assert command.is_last
    assert (command.x, command.first) == ((), 1)
    assert writer.end() == []


points = st.lists(
    st.tuples(
        st.floats(-300_000, 1_500_000),
        st.floats(-300_000, 1_500_000),
        st.none() | st.floats(-1, 2),
        st.booleans(),
    ),
    min_size=1,
    max_size=200,
)


@given(points)
@settings(max_examples=60, deadline=None)
def test_any_stroke_is_valid_and_whole(rows: list[tuple[float, float, float | None, bool]]) -> None:
    writer = InkWriter(7)
    commands: list[WriteInk] = []
    for i, (x, y, pressure, is_sent) in enumerate(rows):
        at = Pointer(x, y, 10 + i / 100, pressure)
        if i == 0:
            writer.begin(PAGE, InkStyle(), at)
        else:
            writer.move(at)
        if is_sent:
            commands += writer.take()
    commands += writer.end()
    first = 0
    for command in commands:
        decoded: WriteInk = decode_tagged({"ink": WriteInk}, encode(command))
        assert decoded == command
        assert command.first == first
        assert len(command.x) == len(command.y) == len(command.ms) <= MAX_COMMAND_SAMPLES
        assert len(command.force) in (0, len(command.x))
        first += len(command.x)
    assert [command.is_last for command in commands] == [False] * (len(commands) - 1) + [True]
