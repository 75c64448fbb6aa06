"""What a server with ``--turn`` tells members is what its relay takes."""

from __future__ import annotations

from pathlib import Path

from teacher_client.live.turn_probe import Verdict, probe
from tests.signaling_server.kit import agree, join, serving
from tests.signaling_server.relay.running import RunningRelay, needs_coturn, running


@needs_coturn
async def test_both_members_of_a_lesson_may_use_the_relay(tmp_path: Path) -> None:
    relay = RunningRelay(tmp_path / "relay")
    text = relay.file.read_text()
    relay.file.write_text("is_relay_only = true\n" + text)
    async with (
        running(relay),
        serving(tmp_path, turn=relay.file) as (house, _services),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        session = await agree(teacher, pupil)
        for member in (await join(teacher, session), await join(pupil, session)):
            assert member.is_relay_only
            found = {finding.url: finding.verdict for finding in await probe(member.ice)}
            assert found[relay.udp] is found[relay.tcp] is Verdict.WORKS
