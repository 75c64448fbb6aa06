"""Every word about keys, the command palette and help, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class KeyText(Words):
    """Text ids; the value is (Chinese, English)."""

    PALETTE = ("找命令", "Find a command")
    PALETTE_HINT = (
        "打几个字找命令，中英文都行",
        "Type some letters, in Chinese or English",
    )
    PALETTE_NONE = ("没有这样的命令。", "No command has these words.")
    RESULTS = ("找到的命令", "Commands found")
    HELP = ("帮助", "Help")
    WIDTH_1 = ("细笔", "Thin pen")
    WIDTH_2 = ("中笔", "Medium pen")
    WIDTH_3 = ("粗笔", "Thick pen")

    SET = ("键位", "Key set")
    SET_USUAL = ("常用 + 左手", "Usual and left hand")
    SET_RIGHT = ("右手（左手写字）", "Right hand (left-handed writers)")
    FILTER = ("找一个操作", "Find an action")
    CHANGE = ("改“{title}”的键", "Change the key of “{title}”")
    PRESS = ("按下新键…", "Press a key…")
    NO_KEY = ("没有键", "No key")
    RESET = ("恢复", "Reset")
    RESET_ONE = ("恢复“{title}”原来的键", "Reset the key of “{title}”")
    RESET_ALL = ("全部恢复", "Reset all")
    HOW = (
        "点一下键再按新键；Esc 不改，退格去掉。",
        "Click a key, then press the new one; Esc keeps it, Backspace takes it away.",
    )
    TAKEN = (
        "“{key}”原来是“{other}”的键，那边已去掉。",
        "“{key}” belonged to “{other}” and was taken from there.",
    )
    CONFLICT = ("和“{other}”同一个键", "Same key as “{other}”")
    CHANGED = ("“{title}”的键改好了。", "The key of “{title}” was changed.")
    IS_TYPING = (
        "这个键要用来打字或走动，请换一个。",
        "This key is needed for moving about; take another.",
    )

    # help
    HELP_WRITE = ("写字", "Writing")
    HELP_WRITE_LONG = (
        "点阵纸上用笔写；没有笔就用鼠标或数位板。1–6 换颜色，P 笔，H 荧光笔，E 橡皮，Ctrl+Z 撤销。",
        "Write with the pen on dotted paper, or with mouse or tablet. 1–6 change the ink, P is the "
        "pen, H the marker, E the eraser, Ctrl+Z takes back.",
    )
    HELP_PAGES = ("页面", "Pages")
    HELP_PAGES_LONG = (
        "左边是所有页：点一下翻页，拖动排序，右键看菜单。“仅自己”的页学生收不到。",
        "All pages are on the left: click to turn, drag to order, right-click for more. Pupils do "
        "not receive pages that are only for you.",
    )
    HELP_FILES = ("文件", "Files")
    HELP_FILES_LONG = (
        "图片、PDF 拖到板上就放进来；右下 ⋯ 菜单里可以导出。",
        "Drop pictures or PDFs on the board to put them in; the ⋯ menu below exports.",
    )
    HELP_PEOPLE = ("学生", "Pupils")
    HELP_PEOPLE_LONG = (
        "Q 叫下一位，W 让发言的人写字，X 收回所有发言和书写。",
        "Q calls the next hand, W lets the speaker write, X takes all voices and pens back.",
    )
    HELP_LOST = ("断线了", "When the line is lost")
    HELP_LOST_LONG = (
        "照常写和讲。板书存在本机，连上后自动补给学生。",
        "Go on writing and talking. The board is kept here and sent on when the line is back.",
    )
    HELP_MORE = (
        "Ctrl+/ 找任何命令，Ctrl+Alt+/ 看和改所有快捷键。",
        "Ctrl+/ finds any command; Ctrl+Alt+/ shows all keys and changes them.",
    )
