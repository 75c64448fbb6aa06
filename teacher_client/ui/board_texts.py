"""Every word of the board's tools, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class BoardText(Words):
    """Text ids; the value is (Chinese, English)."""

    # tools
    ERASE_PARTS = ("擦一块", "Erase parts")
    SELECT = ("选择", "Select")
    TEXT = ("文字", "Text")
    FORMULA = ("公式", "Formula")
    INSTRUMENT = ("尺规", "Instruments")
    INSTRUMENT_AWAY = ("收起尺规", "Put the instrument away")
    PLOT = ("函数图像", "Graph of a function")
    LASER = ("激光笔", "Laser pointer")
    HAND = ("移动纸面", "Move the page")

    # writing
    MENU_WRITING = ("书写", "Writing")
    CONSTANT_WIDTH = ("笔画一样粗", "Constant width")
    SMOOTHING = ("平滑：关、轻、强", "Smoothing: off, light, strong")
    STRAIGHTEN = ("停笔变规整", "Straighten when held still")
    SNAP = ("沿尺规画", "Draw along instruments")
    SMOOTHING_OFF = ("平滑：关", "Smoothing: off")
    SMOOTHING_LIGHT = ("平滑：轻", "Smoothing: light")
    SMOOTHING_STRONG = ("平滑：强", "Smoothing: strong")
    STRAIGHTEN_ON = (
        "停笔变规整：开。画完停半秒，直线和图形会变规整。",
        "Straighten: on. Hold still for half a second at the end of a line or shape.",
    )
    STRAIGHTEN_OFF = ("停笔变规整：关", "Straighten: off")
    SNAP_ON = ("沿尺规画：开", "Draw along instruments: on")
    SNAP_OFF = ("沿尺规画：关", "Draw along instruments: off")

    # editing
    MENU_EDIT = ("编辑", "Edit")
    COPY = ("复制", "Copy")
    CUT = ("剪切", "Cut")
    PASTE = ("粘贴", "Paste")
    DUPLICATE = ("再来一份", "Duplicate")
    DELETE = ("删除所选", "Delete selection")
    SELECT_ALL = ("全选", "Select all")
    NOTHING_CHOSEN = (
        "先用选择工具 (V) 圈住或点一下。",
        "First draw around something or click it with the select tool (V).",
    )
    CHOSEN = ("选中 {count} 项", "{count} selected")
    NOTHING_TO_PASTE = (
        "剪贴板里没有板书、文字或图片。",
        "The clipboard holds no ink, text or picture.",
    )
    TOO_MANY = ("选得太多，请分几次。", "Too many at once; do it in parts.")

    # view
    FIT_PAGE = ("看整页", "Fit page")
    LEAD = ("带学生看同一处", "Lead pupils' view")
    LEAD_ON = ("学生现在跟着看您屏幕上的这一块。", "Pupils now see the part that you see.")
    LEAD_OFF = ("学生可以自己看了。", "Pupils look for themselves again.")
    SECOND_SCREEN = ("第二屏", "Second screen")
    CLEAN_BOARD = ("灯下 · 板书", "Lamplight · board")

    # instruments
    RULER = ("直尺", "Ruler")
    SET_SQUARE_45 = ("等腰三角板", "Set square 45°")
    SET_SQUARE_60 = ("30°三角板", "Set square 30°/60°")
    PROTRACTOR = ("量角器", "Protractor")
    COMPASS = ("圆规", "Compass")
    INSTRUMENT_TIP = (
        "尺规：R 换一个；Alt+方向键移动，Alt+Shift+←→ 转，↑↓ 变大小",
        "Instruments: R takes the next; Alt+arrows move, Alt+Shift+←→ turn, ↑↓ resize",
    )

    # text
    TEXT_FIELD = ("在板上打字", "Text on the board")
    TEXT_HINT = (
        "点别处、Esc 或 Ctrl+Enter 放到板上",
        "Click elsewhere, Esc or Ctrl+Enter puts it on the board",
    )
    LARGER = ("字大一点", "Larger letters")
    SMALLER = ("字小一点", "Smaller letters")
    PUT = ("放到板上", "Put on the board")
    DROP = ("不要", "Drop")
    TEXT_LONG = (
        "最多 2000 字，多的请分开放。",
        "At most 2000 characters; put the rest in another text.",
    )

    # formula
    FORMULA_FIELD = ("公式（LaTeX）", "Formula (LaTeX)")
    FORMULA_EXAMPLE = (r"例如 x=\frac{-b}{2a}", r"e.g. x=\frac{-b}{2a}")
    FORMULA_PREVIEW = ("公式预览", "Preview of the formula")
    FORMULA_EMPTY = (
        "写出公式，或点下面的常用部分。",
        "Type a formula, or take a part from below.",
    )
    FORMULA_SYNTAX = (
        "这里还读不懂：检查花括号是否成对，命令是否写全。",
        "Not readable yet: check that braces come in pairs and commands are complete.",
    )
    FORMULA_LONG = ("公式太长，请分成两个。", "Too long for one formula; make it two.")
    FORMULA_PARTS = ("常用部分", "Common parts")
    SIZE = ("字号", "Size")
    SIZE_SMALL = ("小", "Small")
    SIZE_MIDDLE = ("中", "Medium")
    SIZE_LARGE = ("大", "Large")

    # graph
    PLOT_FIELD = ("函数式", "Function")
    PLOT_EXAMPLE = ("例如 y = x² - 2x - 3", "e.g. y = x² - 2x - 3")
    PLOT_PREVIEW = ("图像预览", "Preview of the graph")
    PLOT_X = ("x 从…到", "x from … to")
    PLOT_Y = ("y 从…到", "y from … to")
    FROM = ("{axis} 从", "{axis} from")
    TO = ("{axis} 到", "{axis} to")
    PLOT_WIDTH = ("宽度（厘米）", "Width (cm)")
    PLOT_EMPTY_RANGE = (
        "范围的右边要大于左边。",
        "The end of a range must lie beyond its begin.",
    )
    PLOT_NOTHING = (
        "在这个范围里没有图像，换一个范围。",
        "Nothing of the graph lies in these ranges; take others.",
    )
    PLOT_AT = ("第 {position} 个字：{reason}", "Character {position}: {reason}")
    WHY_EMPTY = ("写出函数式。", "Type a function.")
    WHY_TOO_LONG = ("太长了", "it is too long")
    WHY_TOO_DEEP = ("括号套得太深", "brackets are nested too deeply")
    WHY_TOO_MANY = ("式子太复杂", "it is too complicated")
    WHY_UNKNOWN_SIGN = ("不认识这个符号", "this sign is not known")
    WHY_UNKNOWN_NAME = (
        "不认识这个名字；可用 sin cos tan ln log sqrt abs 等",
        "this name is not known; there are sin cos tan ln log sqrt abs …",
    )
    WHY_BAD_NUMBER = ("这个数写得不对", "this is no number")
    WHY_MISSING_PART = ("这里还缺一部分", "something is missing here")
    WHY_MISSING_BRACKET = ("括号没有配对", "a bracket is missing")
    WHY_NOT_EXPECTED = ("这里不该有它", "this does not belong here")
    WHY_NOT_A_NUMBER = ("x = 后面要是一个数", "x = needs a number")
