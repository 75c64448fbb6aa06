"""A programme's rules as data: one preset file each, read strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Annotated

from signaling_server.errors import PolicyError
from signaling_server.protocol.messages import Role
from signaling_server.protocol.schema import InvalidError, Items, Range, Text, decode
from signaling_server.rules.limits import MINUTE_MS, Limits


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that a demonstration brings along."""

    login: Annotated[str, Text(64, 1)]
    name: Annotated[str, Text(64, 1)]
    role: Role


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of one programme; see PROGRAMMES.md for the rules' ids.

    Attributes:
        session_limit_min: R-B5, R-B6.
        warnings_min: minutes left at which everybody is warned, falling (R-S1).
        empty_end_min: a session that everybody left ends after this.
        is_loopback_only: must not be reached from other machines without further care.
    """

    name: Annotated[str, Text(32, 1)]
    session_limit_min: Annotated[int, Range(1, 240)]
    warnings_min: Annotated[tuple[Annotated[int, Range(1, 60)], ...], Items(8)]
    empty_end_min: Annotated[int, Range(1, 240)]
    is_loopback_only: bool = False
    accounts: Annotated[tuple[DemoAccount, ...], Items(64)] = ()

    def limits(self, time_scale: float = 1.0) -> Limits:
        """Deadlines in real ms; a rule's minute lasts 1 / `time_scale` real ones."""
        minute_ms = max(1, round(MINUTE_MS / time_scale))
        return Limits(
            limit_ms=self.session_limit_min * minute_ms,
            minute_ms=minute_ms,
            warnings=self.warnings_min,
            empty_ms=self.empty_end_min * MINUTE_MS,
        )


def load_policy(name: str) -> Policy:
    """Read a preset shipped with the server.

    Raises:
        PolicyError: there is none of this name, or it says something unknown.
    """
    try:
        text = resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")
        return decode(Policy, tomllib.loads(text))
    except (OSError, tomllib.TOMLDecodeError, InvalidError) as exc:
        raise PolicyError(f"preset {name}: {exc}") from exc
