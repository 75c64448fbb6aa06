"""Which keys an action has: the two sets of UX §5, and what the teacher changed."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtGui import QKeySequence

from teacher_client.ui.actions import ACTIONS, ActionId, ActionSpec


class KeySet(enum.StrEnum):
    """USUAL holds the left hand's keys as well; RIGHT is for those who write with the left."""

    USUAL = "usual"
    RIGHT = "right"


Edited = Mapping[ActionId, tuple[str, ...]]
NO_KEYS: Final = "none"


def set_keys(spec: ActionSpec, key_set: KeySet) -> tuple[str, ...]:
    """An action's keys in a set; what the right hand has no key for keeps its usual ones."""
    if key_set is KeySet.RIGHT:
        return spec.right or tuple(key for key in spec.keys if key not in _right_keys())
    return spec.keys + spec.left


def keys_of(spec: ActionSpec, key_set: KeySet, edited: Edited) -> tuple[str, ...]:
    """An action's keys in force, in Qt's portable form."""
    return edited.get(spec.id, set_keys(spec, key_set))


def conflicts(
    specs: Iterable[ActionSpec], key_set: KeySet, edited: Edited
) -> dict[ActionId, list[ActionSpec]]:
    """Actions of one window that share a key, with those they share it with."""
    owners: dict[str, list[ActionSpec]] = {}
    for spec in specs:
        for key in keys_of(spec, key_set, edited):
            owners.setdefault(plain(key), []).append(spec)
    found: dict[ActionId, list[ActionSpec]] = {}
    for group in owners.values():
        for spec in group:
            others = [one for one in group if one is not spec]
            if others:
                found.setdefault(spec.id, []).extend(others)
    return found


def plain(key: str) -> str:
    """One spelling for a key."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _right_keys() -> frozenset[str]:
    return frozenset(key for spec in ACTIONS for key in spec.right)


class KeyBook:
    """The set in force and the teacher's own keys, kept by Qt. GUI thread only."""

    def __init__(self) -> None:
        self.key_set = KeySet.USUAL
        self.edited: dict[ActionId, tuple[str, ...]] = {}
        self.load()

    def load(self) -> None:
        """Read what is kept; another window may have changed it."""
        kept = _kept()
        named = str(kept.value("set"))
        self.key_set = KeySet(named) if named in set(KeySet) else KeySet.USUAL
        self.edited.clear()
        for spec in ACTIONS:
            own = kept.value(f"own/{spec.id.value}")
            if isinstance(own, str) and own:
                keys = () if own == NO_KEYS else tuple(own.split(" "))
                self.edited[spec.id] = tuple(key for key in map(plain, keys) if key)

    def keys(self, spec: ActionSpec) -> tuple[str, ...]:
        """An action's keys in force."""
        return keys_of(spec, self.key_set, self.edited)

    def choose_set(self, key_set: KeySet) -> None:
        """Use a set from now on; what the teacher changed stays."""
        self.key_set = key_set
        _kept().setValue("set", key_set.value)

    def give(self, spec: ActionSpec, keys: tuple[str, ...], rivals: Iterable[ActionSpec]) -> None:
        """Let an action have these keys, and no action of `rivals` any of them."""
        wanted = {plain(key) for key in keys}
        for rival in rivals:
            left = tuple(key for key in self.keys(rival) if plain(key) not in wanted)
            if rival is not spec and left != self.keys(rival):
                self._keep(rival.id, left)
        self._keep(spec.id, keys)

    def reset(self, *specs: ActionSpec) -> None:
        """Go back to the set's keys."""
        kept = _kept()
        for spec in specs:
            self.edited.pop(spec.id, None)
            kept.remove(f"own/{spec.id.value}")

    def _keep(self, action: ActionId, keys: tuple[str, ...]) -> None:
        self.edited[action] = keys
        _kept().setValue(f"own/{action.value}", " ".join(keys) or NO_KEYS)


def _kept() -> QSettings:
    kept = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lamplight", "window")
    kept.beginGroup("keys")
    return kept
