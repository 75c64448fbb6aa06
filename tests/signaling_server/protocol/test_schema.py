"""The strict JSON reader: what it takes, what it refuses, for every kind there is."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from typing import Annotated, Any, NewType, cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol import commands, entries, messages
from signaling_server.protocol.entries import BODIES
from signaling_server.protocol.messages import (
    CLIENT_MESSAGES,
    SERVER_MESSAGES,
    decode_client,
    decode_server,
    encode_message,
)
from signaling_server.protocol.schema import (
    MAX_DEPTH,
    Dataclass,
    InvalidError,
    Items,
    Json,
    Range,
    Text,
    decode,
    decode_tagged,
    dumps,
    encode,
    hints_of,
    loads,
    reader_for,
    tagged,
)

from .strategies import edges, fields_of, instances, plain_object, with_tag

COMMANDS = cast("dict[str, type[Dataclass]]", tagged(commands.Command))
JSON_BODIES = cast("list[type[Dataclass]]", list(dict.fromkeys(BODIES.values())))
KINDS: list[type[Dataclass]] = [
    *CLIENT_MESSAGES.values(),
    *SERVER_MESSAGES.values(),
    *COMMANDS.values(),
    *JSON_BODIES,
]
UNIONS = [messages.ClientMessage, messages.ServerMessage, commands.Command]


def named(kind: type[object]) -> str:
    return f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}"


# every kind there is


@pytest.mark.parametrize("kind", KINDS, ids=named)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_kind_comes_back_as_it_went(kind: type[Dataclass], data: st.DataObject) -> None:
    value = data.draw(instances(kind))
    text = dumps(encode(value))
    parsed = loads(text, 1 << 20)
    parsed.pop("t", None)
    assert decode(kind, parsed) == value
    assert dumps(encode(decode(kind, parsed))) == text


@pytest.mark.parametrize("kind", CLIENT_MESSAGES.values(), ids=named)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_client_messages_come_back(kind: type[Any], data: st.DataObject) -> None:
    message = data.draw(instances(kind))
    text = encode_message(message)
    assert decode_client(text) == decode_client(text.encode()) == message
    if kind.TAG not in SERVER_MESSAGES:
        with pytest.raises(InvalidError, match="unknown kind"):
            decode_server(text)


@pytest.mark.parametrize("kind", SERVER_MESSAGES.values(), ids=named)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_server_messages_come_back(kind: type[Any], data: st.DataObject) -> None:
    message = data.draw(instances(kind))
    assert decode_server(encode_message(message)) == message


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in fields_of(kind)]
)
def test_each_field_at_its_limits_and_beyond(kind: type[Dataclass], name: str) -> None:
    hint = hints_of(kind)[name]
    whole = plain_object(kind)
    good, bad = edges(hint)
    for value in good:
        built = decode(kind, {**whole, name: value})
        again = encode(built)
        again.pop("t", None)
        assert decode(kind, again) == built
    for value in bad:
        with pytest.raises(InvalidError):
            decode(kind, {**whole, name: value})


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_fields_missing_or_too_many(kind: type[Dataclass]) -> None:
    whole = plain_object(kind)
    for extra in ("extra", "t", "__class__", "", "T", "\ud800"):
        with pytest.raises(InvalidError, match="unknown field"):
            decode(kind, {**whole, extra: 1})
    for field in dataclasses.fields(cast("Any", kind)):
        rest = {name: value for name, value in whole.items() if name != field.name}
        if field.default is dataclasses.MISSING:
            with pytest.raises(InvalidError, match="missing"):
                decode(kind, rest)
        else:
            assert getattr(decode(kind, rest), field.name) == field.default
    strangers: list[Json] = [None, [], "x", 1, True]
    for value in strangers:
        with pytest.raises(InvalidError, match="not an object"):
            decode(kind, value)


@pytest.mark.parametrize("union", UNIONS)
def test_tags_are_unique_and_no_field_hides_one(union: object) -> None:
    kinds = cast("dict[str, type[Dataclass]]", tagged(union))
    assert len(kinds) == len(get_args(union))
    for tag, kind in kinds.items():
        assert 1 <= len(tag) <= 32
        assert "t" not in fields_of(kind)


def test_every_json_entry_kind_has_a_body() -> None:
    assert set(BODIES) | set(entries.INK_KINDS) == set(entries.EntryKind)
    assert set(get_args(entries.JsonBody)) == set(JSON_BODIES)


def test_no_message_names_its_sender_before_the_server_does() -> None:
    """THREATS, ground rule 1."""
    for kind in CLIENT_MESSAGES.values():
        assert not {"sender", "user", "role", "room", "time"} & set(fields_of(kind))
    stamped = {"t": "command", "command": 1, "body": {"t": "undo"}, "member": 1}
    with pytest.raises(InvalidError, match="unknown field"):
        decode_client(json.dumps(stamped))


def test_a_tagged_object_inside_another_keeps_its_tag() -> None:
    """Joined holds a Clock, which is a message of its own too."""
    whole = with_tag(messages.Joined)
    joined = decode_server(dumps(whole))
    assert isinstance(joined, messages.Joined)
    assert isinstance(joined.clock, messages.Clock)
    assert json.loads(encode_message(joined))["clock"]["t"] == "clock"


# tagged unions


@pytest.mark.parametrize("tag", ["nothing", "", "Ping", "ping ", 1, None, True, [], {}, ["ping"]])
def test_unknown_tags(tag: Json) -> None:
    with pytest.raises(InvalidError, match=r"^t: unknown kind$"):
        decode_tagged(CLIENT_MESSAGES, {"t": tag, "id": 1})


def test_a_tag_is_needed_at_each_level() -> None:
    with pytest.raises(InvalidError, match="unknown kind"):
        decode_tagged(CLIENT_MESSAGES, {"id": 1})
    bodies: list[Json] = [{}, {"t": "ping", "id": 1}, None, [], {"t": "undo", "of": 1}]
    for body in bodies:
        with pytest.raises(InvalidError):
            decode_client(json.dumps({"t": "command", "command": 1, "body": body}))
    with pytest.raises(InvalidError, match="not an object"):
        decode_tagged(CLIENT_MESSAGES, [])


# the text itself


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nul",
        "[]",
        "1",
        "null",
        '"t"',
        '{"a":1',
        '{"a":1}}',
        '{"a":1} x',
        "{'a':1}",
        '{"a":01}',
        '{"a":+1}',
        '{"a":.5}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":1,"a":1}',
        '{"a":{"b":1,"b":2}}',
        '{"a":[{"b":1,"b":2}]}',
        '{"a":1,"\\u0061":2}',
        '{"a":"\n"}',
        '{"a":"\ud800"}',
        '\ufeff{"a":1}',
        '{"a":' + "1" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 17 + "1" + "}" * 17,
        "]" * 50 + "[" * 50,
    ],
)
def test_texts_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        loads(text, 1 << 20)


@pytest.mark.parametrize("raw", [b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\x80"}'])
def test_bytes_that_are_no_text(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        loads(raw, 100)


def test_escaped_surrogates_and_nul_stop_at_the_field() -> None:
    for escape in ("\\ud800", "\\udc00\\ud800", "\\u0000", "x\\udfff"):
        with pytest.raises(InvalidError, match="not a plain text"):
            decode_client(f'{{"t":"ask","subject":"{escape}"}}')
    pair = decode_client('{"t":"ask","subject":"\\ud83d\\ude00"}')
    assert isinstance(pair, messages.Ask)
    assert pair.subject == "\U0001f600"


def test_numbers_beyond_every_float() -> None:
    for number in ("1e999", "-1e999", "1e3", "1.0", "-0.0", "9" * 400):
        with pytest.raises(InvalidError):
            decode_client(f'{{"t":"ping","id":{number}}}')


def test_length_in_bytes_not_letters() -> None:
    text = '{"a":"灯"}'
    assert loads(text, 11) == loads(text.encode(), 11) == {"a": "灯"}
    with pytest.raises(InvalidError, match="too long"):
        loads(text, 10)
    with pytest.raises(InvalidError, match="too long"):
        loads(text.encode(), 10)


def test_depth_at_its_limit() -> None:
    def nested(levels: int) -> str:
        return '{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"

    assert loads(nested(MAX_DEPTH), 1000)
    with pytest.raises(InvalidError, match="too deep"):
        loads(nested(MAX_DEPTH + 1), 1000)
    quoted = {"a": '[{"\\' * 100, "[" * 50: "\\"}
    assert loads(json.dumps(quoted), 10_000) == quoted


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text('[]{}"\\,:a灯\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=30,
)


def levels(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + max(map(levels, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(levels, value), default=0)
    return 0


@settings(max_examples=100, deadline=None)
@given(JSON, st.integers(0, 18))
def test_any_json_is_taken_unless_too_deep(inner: Json, wraps: int) -> None:
    value = inner
    for _ in range(wraps):
        value = [value]
    whole: dict[str, Json] = {"a": value}
    text = json.dumps(whole)
    if levels(whole) > MAX_DEPTH:
        with pytest.raises(InvalidError, match="too deep"):
            loads(text, 1 << 20)
    else:
        assert loads(text, 1 << 20) == whole


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100))
def test_rubbish_raises_nothing_but_invalid(raw: bytes | str) -> None:
    with pytest.raises(InvalidError):
        decode_client(raw)


@settings(max_examples=100, deadline=None)
@given(JSON, st.sampled_from(sorted(CLIENT_MESSAGES)), st.sampled_from(sorted(COMMANDS)))
def test_any_value_in_any_field_raises_nothing_but_invalid(
    value: Json, tag: str, command: str
) -> None:
    for kind, head in ((CLIENT_MESSAGES[tag], tag), (COMMANDS[command], command)):
        whole = plain_object(kind)
        for name in whole:
            raw = {**whole, name: value}
            with suppress(InvalidError):
                assert dumps(encode(decode(kind, raw, head)))


def test_an_error_names_the_field_and_never_the_value() -> None:
    secret = {
        "t": "command",
        "command": 1,
        "body": {"t": "erase", "page": 1, "items": [5, "geheim"]},
    }
    with pytest.raises(InvalidError) as caught:
        decode_client(json.dumps(secret))
    assert caught.value.path == "command.body.items[1]"
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("name", ["a\nINFO all is well", "\ud800", "灯" * 100, "\x1b[2J"])
def test_a_strange_field_name_cannot_forge_a_log_line(name: str) -> None:
    with pytest.raises(InvalidError) as caught:
        decode(messages.Leave, {name: 1}, "leave")
    shown = str(caught.value)
    assert shown.isascii()
    assert shown.isprintable()


# the dumps, and types without limits


def test_canonical_text() -> None:
    assert dumps({"b": 1, "a": ["灯", None, True]}) == '{"a":["灯",null,true],"b":1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps({"a": float("nan")})


Loose = NewType("Loose", int)


@pytest.mark.parametrize(
    "hint",
    [int, str, float, Loose, tuple[int, ...], dict, list[int], Annotated[int, Text(1)], object],
)
def test_a_type_without_limits_is_a_bug(hint: object) -> None:
    with pytest.raises(TypeError):
        reader_for(hint)


def test_floats_optionals_and_lists() -> None:
    read = reader_for(Annotated[float, Range(0, 1)])
    assert [read(0, "x"), read(1, "x"), read(0.5, "x")] == [0.0, 1.0, 0.5]
    for value in (-0.1, 1.1, float("nan"), float("inf"), True, "0", None, 10**400):
        with pytest.raises(InvalidError):
            read(value, "x")
    several = reader_for(Annotated[tuple[Annotated[int, Range(0, 9)], ...], Items(2, 1)] | None)
    assert several(None, "x") is None
    assert several([1, 2], "x") == (1, 2)
    with pytest.raises(InvalidError, match=r"^x\[1\]: out of range$"):
        several([1, 10], "x")
