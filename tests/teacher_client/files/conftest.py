"""Fonts need an application, once, without a screen."""

from __future__ import annotations

import os

import pytest
from PySide6.QtGui import QGuiApplication


@pytest.fixture(autouse=True, scope="session")
def application() -> QGuiApplication:
    """The only one of these tests."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    known = QGuiApplication.instance()
    return known if isinstance(known, QGuiApplication) else QGuiApplication([])
