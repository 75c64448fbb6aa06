"""Every word of the settings, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class SettingsText(Words):
    """Text ids; the value is (Chinese, English)."""

    SETTINGS = ("设置", "Settings")
    SETTINGS_TIP = ("书写、纸面、界面、快捷键 (Ctrl+,)", "Writing, paper, interface, keys (Ctrl+,)")
    SEARCH = ("找一项设置", "Find a setting")
    AT_ONCE = ("改了马上生效。", "Changes apply at once.")

    WRITING = ("书写", "Writing")
    SMOOTHING = ("把手抖抹平", "Calm the hand's tremor")
    SMOOTHING_OFF = ("关", "Off")
    SMOOTHING_LIGHT = ("轻", "Light")
    SMOOTHING_STRONG = ("强", "Strong")
    STRAIGHTEN = ("停笔变规整：画完停半秒", "Straighten when held still for half a second")
    SNAP = ("靠近尺规就沿着画", "Draw along instruments when near them")
    CONSTANT = (
        "上课时从一样粗的笔开始（Shift+P 随时换）",
        "Begin lessons with a pen of constant width (Shift+P changes it)",
    )

    PAPER = ("纸面", "Paper")
    BOARD = ("板的颜色", "Colour of the board")
    BOARD_DARK = ("深色界面里板的颜色", "Colour of the board in the dark interface")
    PAPER_WHITE = ("白纸", "White")
    PAPER_WARM = ("米黄", "Cream")
    PAPER_GREEN = ("护眼绿", "Soft green")
    PAPER_BLACKBOARD = ("黑板", "Blackboard")
    SAME = ("和浅色时一样", "As in the light one")
    NEW_KIND = ("新页的纸面", "Ground of new pages")
    NEW_SIZE = ("新页的大小", "Size of new pages")

    INTERFACE = ("界面", "Interface")
    LANGUAGE = ("语言 Language", "Language 语言")
    THEME = ("明暗", "Light or dark")
    THEME_SYSTEM = ("跟随系统", "As the system")
    THEME_LIGHT = ("浅色", "Light")
    THEME_DARK = ("深色", "Dark")
    KEYS = ("快捷键", "Keys")
