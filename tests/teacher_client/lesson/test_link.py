"""Frames between window and engine: any chunking, every message there and back."""

from __future__ import annotations

import dataclasses
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pen_driver import Explanation, PasswordOutcome, ReasonKind, SettingName, SettingOutcome
from signaling_server.protocol.commands import Ink, Refusal, Say, Tool
from signaling_server.protocol.ids import Member, PageId
from signaling_server.protocol.messages import (
    Clock,
    EarlierLesson,
    Ended,
    EndReason,
    MemberInfo,
    PauseReason,
    RequestGone,
    RequestOffered,
    Role,
    TimeWarning,
)
from signaling_server.protocol.schema import InvalidError
from teacher_client.lesson import file_messages, link, note_messages, paper_messages, pen_messages
from teacher_client.lesson.link import (
    FROM_ENGINE,
    FROM_WINDOW,
    HEAD,
    MAX_FRAME,
    FrameKind,
    FrameReader,
    FromEngine,
    FromWindow,
    LinkState,
    NoticeId,
    pack,
    pack_message,
    read_from_engine,
    read_from_window,
)

SESSION = "s" * 12
FOUND = pen_messages.FoundPen(
    "ble:any",
    "Pen",
    (pen_messages.PenReason(ReasonKind.SERVICE, "19F1"),),
    True,
    explanation=Explanation.NO_SIGN,
)
INFO = MemberInfo(Member(2), "甲", Role.PUPIL, True, 3)

WINDOW_SAYS: list[FromWindow] = [
    link.Attach("t" * 40),
    link.SignIn("a", "b", "http://127.0.0.1:1"),
    link.SignOut(),
    link.ChooseDuty(True),
    link.Accept(SESSION),
    link.Decline(SESSION),
    link.Do(Say("好")),
    link.ChooseTool(Tool.MARKER, Ink.MARKER_AQUA, 600, True),
    link.SwitchMicrophone(False),
    link.SetWriting(link.Smoothing.STRONG, straightens=False, snaps=False),
    file_messages.PrepareLesson("lesson-0001", "二次函数"),
    file_messages.ClosePrepared(),
    file_messages.ListPrepared(),
    file_messages.DropPrepared("lesson-0001"),
    file_messages.ImportFiles(1, ("练习.pdf", "图.png"), PageId(2), PageId(1), 100, 200),
    file_messages.ExportPages(2, "板书.pdf", file_messages.ExportFormat.PDF, (PageId(1),)),
    file_messages.SayPicture(3, "图.png"),
    file_messages.CancelJob(2),
    file_messages.SharpenPicture("a" * 64, file_messages.PicturePart(4096, 4, 1, 2)),
    link.FinishLesson(),
    link.ListLessons(),
    link.OpenLesson(SESSION),
    link.CloseLesson(),
    link.Play(),
    link.Pause(),
    link.Seek(90_000),
    link.ChooseSpeed(1.5),
    link.Quit(),
    pen_messages.LookForPens(),
    pen_messages.StopLooking(),
    pen_messages.ChoosePen("virtual:maths"),
    pen_messages.SetPenSetting(SettingName.BEEP, 1),
    pen_messages.EnterPenPassword("4711", True),
    pen_messages.SoundPen(),
    pen_messages.TryPen(True),
    pen_messages.SaveTrialLog(),
    note_messages.ListStored(),
    note_messages.CopyStored("ncode:3.27.604", True),
    note_messages.StopCopy(),
    note_messages.DeleteStored("ncode:3.27.604", True),
    note_messages.ListKept(),
    note_messages.PlaceKept("NEO-BBCC", "ncode:3.27.604", 5, True),
    paper_messages.NameBook("ncode:3.27.604", "数学"),
    paper_messages.ForgetBook("ncode:3.27.604"),
    paper_messages.CalibratePaper(True),
    paper_messages.BindButton(paper_messages.PaperAction.UNDO, paper_messages.ButtonShape.AREA),
    paper_messages.StopBinding(),
    paper_messages.UnbindButton(3),
]
ENGINE_SAYS: list[FromEngine] = [
    link.Account("http://a", "甲", False, Refusal.TOO_FAST, 3000),
    link.Duty(False),
    RequestOffered(SESSION, "乙", "数学", "问", 5, (EarlierLesson(SESSION, "数学", 1, 30),)),
    RequestGone(SESSION),
    link.LessonOpened(SESSION, "数学", True, True),
    link.LessonClosed(SESSION),
    link.Restarted(),
    link.People((link.Person(INFO, LinkState.LOST, 500, 0.25),)),
    Clock(5, 6, 7, True, True, PauseReason.NO_PUPIL),
    TimeWarning(5),
    Ended(SESSION, EndReason.TIME, 30),
    link.PenState(LinkState.GOOD, "M1", 80, 2, "ncode:3.27.604.1"),
    link.NetworkState(LinkState.FAIR, 200, 0, 17),
    link.MicrophoneState(True, 0.5, False, False),
    link.ToolState(Tool.PEN, Ink.RED, 70, True),
    link.Notice(NoticeId.PUPIL_LOST, Member(2), 3, Refusal.GONE),
    link.Lessons((link.KeptLesson(SESSION, "数学", 1, 2, "甲", "9 B"),)),
    link.PlayState(1, 2, True, 0.75, (0.5, 1.0)),
    pen_messages.PenCandidates((FOUND,), True),
    pen_messages.PenDetails(
        "serial:/dev/rfcomm0",
        battery_percent=70,
        attempts_left=2,
        needs_confirmation=True,
        password=PasswordOutcome.WRONG,
        settings=(pen_messages.PenSetting(SettingName.HOVER, 0),),
        changed=SettingName.HOVER,
        outcome=SettingOutcome.NOT_YET,
    ),
    pen_messages.PenTrial(
        True,
        90,
        85,
        1,
        delay_ms=7,
        force=0.5,
        is_page_known=True,
        verdict=pen_messages.TrialVerdict.DOUBTFUL,
        remedy=pen_messages.TrialRemedy.NEARER,
    ),
    pen_messages.PenTrialInk(3, (1, -2), (3, 4), (0, 255)),
    pen_messages.TrialLogSaved("a.cap", None, True),
    note_messages.StoredNotes(
        (
            note_messages.StoredBook(
                "ncode:3.27.604",
                note_messages.StoredState.FAILED,
                pages=(1, 2),
                first_ms=5,
                problem=note_messages.StoredProblem.GROWN,
            ),
        ),
        is_listed=True,
    ),
    note_messages.KeptNotes(
        (
            note_messages.KeptBook(
                "NEO-BBCC", "ncode:3.27.604", pages=(note_messages.KeptPage(1, 14, 5, 6),)
            ),
        ),
        can_place=True,
    ),
    note_messages.KeptPlaced(
        "NEO-BBCC", "ncode:3.27.604", 1, note_messages.PlaceOutcome.PLACED, 14
    ),
    paper_messages.PaperBooks(
        (
            paper_messages.PaperBook(
                "ncode:3.27.604",
                "数学",
                176,
                250.5,
                pages=(paper_messages.PaperPage(1, "甲", SESSION, 7),),
            ),
        )
    ),
    paper_messages.PaperCalibration(
        paper_messages.Corner.BOTTOM_RIGHT, paper_messages.TapProblem.WRITING
    ),
    paper_messages.PaperButtons(
        (
            paper_messages.PaperButton(
                1, "ncode:3.27.604", None, 1.5, 2, 15, 15, paper_messages.PaperAction.NEXT_HAND
            ),
        )
    ),
    paper_messages.ButtonBinding(paper_messages.PaperAction.INK_1, button=1),
    paper_messages.PaperPressed(
        paper_messages.PaperAction.LASER, paper_messages.PressOutcome.NOT_YET
    ),
    file_messages.JobProgress(
        2,
        file_messages.JobKind.EXPORT,
        file_messages.JobState.DONE,
        5,
        5,
        "板书.pdf",
        "",
        ("laser",),
        (3,),
    ),
    file_messages.PicturesCame(("a" * 64,)),
    file_messages.PictureSharpened("a" * 64, file_messages.PicturePart(4096, 4, 1, 2)),
    file_messages.PreparedLessons(
        (file_messages.PreparedLesson("lesson-0001", "二次函数", 1_767_225_600_000, 3, True),)
    ),
]


def test_the_lists_above_name_every_message() -> None:
    assert {message.TAG for message in WINDOW_SAYS} == set(FROM_WINDOW)
    assert {message.TAG for message in ENGINE_SAYS} == set(FROM_ENGINE)


@pytest.mark.parametrize("message", WINDOW_SAYS, ids=lambda m: m.TAG)
def test_window_messages_come_back_as_they_were(message: FromWindow) -> None:
    ((kind, payload),) = FrameReader().receive_data(pack_message(message))
    assert kind is FrameKind.JSON
    assert read_from_window(payload) == message


@pytest.mark.parametrize("message", ENGINE_SAYS, ids=lambda m: m.TAG)
def test_engine_messages_come_back_as_they_were(message: FromEngine) -> None:
    ((kind, payload),) = FrameReader().receive_data(pack_message(message))
    assert kind is FrameKind.JSON
    assert read_from_engine(payload) == message


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(FrameKind), st.binary(max_size=50)), max_size=10),
    st.lists(st.integers(0, 400), max_size=20),
)
def test_any_chunking_gives_the_same_frames(
    frames: list[tuple[FrameKind, bytes]], cuts: list[int]
) -> None:
    data = b"".join(pack(kind, payload) for kind, payload in frames)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    reader = FrameReader()
    got = [
        frame
        for start, stop in itertools.pairwise(edges)
        for frame in reader.receive_data(data[start:stop])
    ]
    assert got == frames


@pytest.mark.parametrize(
    "data",
    [HEAD.pack(0, 1), HEAD.pack(MAX_FRAME + 1, 1), HEAD.pack(1, 0), HEAD.pack(1, 9), b"GET / HTTP"],
)
def test_what_is_no_frame_ends_the_stream(data: bytes) -> None:
    reader = FrameReader()
    with pytest.raises(ValueError):
        list(reader.receive_data(pack(FrameKind.HINT, b"x") + data))


def test_the_largest_frame_passes() -> None:
    payload = bytes(MAX_FRAME - 1)
    assert list(FrameReader().receive_data(pack(FrameKind.BLOCK, payload))) == [
        (FrameKind.BLOCK, payload)
    ]


@pytest.mark.parametrize("message", WINDOW_SAYS, ids=lambda m: m.TAG)
def test_a_field_too_many_is_refused(message: FromWindow) -> None:
    value = json.loads(pack_message(message)[HEAD.size :])
    value["sender"] = 2
    with pytest.raises(InvalidError):
        read_from_window(json.dumps(value).encode())


def test_the_engine_does_not_take_the_engines_words() -> None:
    with pytest.raises(InvalidError):
        read_from_window(pack_message(link.Duty(True))[HEAD.size :])


def test_messages_cannot_be_changed() -> None:
    for message in (*WINDOW_SAYS, *ENGINE_SAYS):
        names = [field.name for field in dataclasses.fields(message)]
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            setattr(message, names[0] if names else "other", 1)
