"""Drawing needs a QGuiApplication for nothing but fonts and pixmaps; pytest-qt makes one."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    """Have one application for all."""
