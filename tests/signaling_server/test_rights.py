"""Every route, message and command has its row in the one table; what has none is refused."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute

from signaling_server.api.app import create_app
from signaling_server.protocol.commands import Command, Refusal
from signaling_server.protocol.messages import CLIENT_MESSAGES, Role
from signaling_server.protocol.schema import tagged
from signaling_server.realtime.gate import refusal_for
from signaling_server.rules.rights import RIGHTS, Relation, may
from tests.signaling_server.kit import serving


def rows_of(route: BaseRoute) -> list[str]:
    if isinstance(route, APIRoute):
        return [f"{method} {route.path}" for method in route.methods]
    assert isinstance(route, APIWebSocketRoute), f"{route} passes no guard"
    return [f"WS {route.path}"]


async def test_every_route_has_a_row_and_every_row_a_meaning(tmp_path: Path) -> None:
    async with serving(tmp_path) as (_house, services):
        routes = create_app(services).routes
    named = {row for route in routes for row in rows_of(route)}
    named |= {f"ws:{tag}" for tag in CLIENT_MESSAGES} | {"ws:block"}
    named |= {f"command:{tag}" for tag in tagged(Command)}
    assert named == set(RIGHTS)


def test_what_has_no_row_is_refused_to_everybody() -> None:
    for role in (None, *Role):
        for relation in Relation:
            assert not may("POST /api/nothing", role, relation)
            assert not may("ws:nothing", role, relation)


def test_strangers_may_only_sign_in_and_look() -> None:
    open_to_all = {a for a in RIGHTS if any(may(a, None, relation) for relation in Relation)}
    assert open_to_all == {
        "GET /",
        "GET /{path:path}",
        "GET /api/health",
        "GET /api/openapi.json",
        "GET /join/{code}",
        "POST /api/sign-in",
        "WS /ws",
        "ws:hello",
    }


def test_a_pupil_may_nothing_of_the_teacher_s() -> None:
    for tag in ("set_duty", "accept_request", "end_session", "open_epoch", "block", "refuse"):
        for relation in Relation:
            assert refusal_for(tag, Role.PUPIL, relation) is Refusal.NOT_ALLOWED
    for tag in ("add_page", "show_page", "give_right", "place_picture"):
        assert not may(f"command:{tag}", Role.PUPIL, Relation.INSIDE)


def test_the_answer_says_what_is_missing() -> None:
    assert refusal_for("signal", Role.PUPIL, Relation.SELF) is Refusal.NOT_IN_SESSION
    assert refusal_for("accept_request", Role.TEACHER, Relation.SELF) is Refusal.GONE
    assert refusal_for("ask", Role.TEACHER, Relation.SELF) is Refusal.NOT_ALLOWED
    assert refusal_for("join", Role.PUPIL, Relation.MEMBER) is None
