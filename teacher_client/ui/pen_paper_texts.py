"""Words about calibration, books and buttons on paper, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class PaperText(Words):
    """Text ids; the value is (Chinese, English)."""

    NO_PATTERN = (
        "这种纸没有点阵地址，用不着这个。",
        "This paper has no printed addresses and needs none of this.",
    )

    # calibration
    CALIBRATE = ("开始校准", "Begin")
    CALIBRATE_AGAIN = ("重新校准", "Calibrate again")
    CALIBRATE_TIP = (
        "用笔点纸的两个角，程序就知道纸有多大、在哪里",
        "Tap two corners of the paper: then its size and place are known",
    )
    CALIBRATE_STOP = ("不校准了", "Give up")
    CALIBRATE_TITLE = ("点两下纸角，字就落在对的地方", "Tap two corners: ink lands in its place")
    CALIBRATE_HINT = (
        "纸的大小不明、或者字的位置偏了，才要校准。一个本子一次就够。点的不留笔迹。",
        "Needed only where a sheet's size is unknown or ink lies off. Once a book; "
        "the taps leave no ink.",
    )
    CALIBRATE_IDLE = ("拿一张要校准的纸，按“开始校准”。", "Take the sheet and press Begin.")
    CALIBRATE_FIRST = ("第 1 步：笔尖点一下左上角。", "Step 1: tap the top left corner.")
    CALIBRATE_SECOND = (
        "第 2 步：同一张纸，点一下右下角。",
        "Step 2: same sheet, tap the bottom right corner.",
    )
    CALIBRATE_DONE = (
        "校准好了：{book}，{width} × {height} 毫米。从下一笔起算。",
        "Done: {book}, {width} × {height} mm. It counts from the next stroke on.",
    )
    CORNER_FIRST = ("左上角", "Top left corner")
    CORNER_SECOND = ("右下角", "Bottom right corner")
    CORNERS_PICTURE = (
        "纸的图，要点的角：{corner}",
        "Picture of the sheet; corner to tap: {corner}",
    )
    CORNERS_NONE = ("纸的图", "Picture of the sheet")
    TAP_WRITING = (
        "刚才是一笔，不是一点：碰一下就抬起。",
        "That was a stroke: touch the corner and lift.",
    )
    TAP_OTHER_PAGE = (
        "刚才点在另一张纸上，算作第 1 点：在这张上点右下角。",
        "That was on another sheet and counts as the first tap: tap its bottom right corner.",
    )
    TAP_TOO_SMALL = (
        "两点太近，刚才的算第 1 点：再点对面的角。",
        "Too near to the first tap, which it replaces: tap the opposite corner.",
    )
    TAP_NO_PATTERN = (
        "这种纸没有点阵地址，用不着；换点阵纸再点。",
        "This paper has no printed addresses and needs none of this; take dotted paper.",
    )
    TAP_NO_PEN = ("笔不在了：连上后重新开始。", "The pen is away: connect it, begin again.")
    TAP_TOO_LONG = (
        "两分钟没有点，已停下；可以重新开始。",
        "Nothing came for two minutes, so it ended; begin again.",
    )
    TAP_DISK = (
        "现在有效，但没有存下，重启后就没了：腾出磁盘空间再做一次。",
        "It counts now but is not on disk and goes with a restart: make room, do it again.",
    )
    TAP_REFUSED = (
        "没有做成：按钮太多或已经停了。取下几个，重新开始。",
        "Not done: too many buttons, or it had ended. Take some off, begin again.",
    )

    # books
    BOOKS_TITLE = ("写过的本子", "Notebooks written in")
    BOOKS_HINT = (
        "在辅导里写过的本子会自己登记；哪一页是哪位同学的，写在页旁。",
        "Books written in during lessons register by themselves; each page says whose it was.",
    )
    BOOKS_NONE = (
        "还没有：用笔在点阵纸上写一笔，本子就会在这里。",
        "None yet: write on dotted paper and its book appears here.",
    )
    BOOKS_FAILED = (
        "刚才的改动没有存下，重启后就没了：腾出磁盘空间。",
        "The last change is not on disk and goes with a restart: make room.",
    )
    BOOK_SIZE = ("{width} × {height} 毫米", "{width} × {height} mm")
    BOOK_KNOWN = ("大小已知", "size known")
    BOOK_CALIBRATED = ("已校准", "calibrated")
    BOOK_GROWS = ("大小不明，边写边长", "size unknown, grows as you write")
    BOOK_NAME = ("本子的名字", "Name of the book")
    BOOK_RENAME = ("改名", "Rename")
    BOOK_RENAME_NAMED = ("改名：{name}", "Rename {name}")
    BOOK_SAVE = ("存", "Save")
    BOOK_SAVE_TIP = ("存这个名字 (Enter)，不改按 Esc", "Save this name (Enter); Esc leaves it")
    BOOK_FORGET = ("忘掉", "Forget")
    BOOK_FORGET_NAMED = ("忘掉：{name}", "Forget {name}")
    BOOK_FORGET_TIP = (
        "忘掉名字、校准、按钮和页；笔记和课都还在",
        "Forget name, calibration, buttons and pages; notes and lessons stay",
    )
    BOOK_FORGET_AGAIN = ("再按一次，忘掉", "Press again to forget")
    BOOK_PAGE = ("第 {page} 页", "Page {page}")
    BOOK_PUPIL_UNKNOWN = ("不知道是谁的", "not known whose")

    # buttons on paper
    BUTTONS_TITLE = ("在纸上点一下就做的事", "Things a tap on paper does")
    BUTTONS_HINT = (
        "选一件事，再用笔点出它在纸上的位置。点按钮不留笔迹。",
        "Choose what it does, then show its place with the pen. A tap on it leaves no ink.",
    )
    BUTTONS_NONE = (
        "还没有按钮：选一件事，按“放一个”。",
        "No buttons yet: choose what one does, press Place it.",
    )
    BUTTONS_FAILED = (
        "刚才的改动没有存下，重启后就没了：腾出磁盘空间。",
        "The last change is not on disk and goes with a restart: make room.",
    )
    BUTTONS_PICTURE = ("{book} 的图，{count} 个按钮", "Picture of {book}, {count} buttons")
    BUTTONS_BOOK = ("看哪个本子", "Which book to show")
    BUTTON_ACTION = ("做什么", "What it does")
    BUTTON_SHAPE = ("怎么点", "How to show it")
    BUTTON_SCOPE = ("在哪些页", "On which pages")
    BUTTON_CELL = ("点一下：15 毫米方格", "One tap: 15 mm square")
    BUTTON_AREA = ("点两个角：自己定大小", "Two corners: own size")
    BUTTON_EVERY = ("这个本子每一页", "Every page of the book")
    BUTTON_ONE = ("只在点的那一页", "Only the tapped page")
    BUTTON_BIND = ("放一个", "Place it")
    BUTTON_BIND_TIP = (
        "然后用笔在纸上点出位置",
        "Then show its place on the paper with the pen",
    )
    BUTTON_STOP = ("不放了", "Give up")
    BUTTON_TAP = (
        "“{action}”：用笔点一下要放的位置中央。",
        "{action}: tap the middle of its place.",
    )
    BUTTON_TAP_FIRST = (
        "“{action}”：用笔点它的左上角。",
        "{action}: tap its top left corner.",
    )
    BUTTON_TAP_SECOND = (
        "“{action}”：再点它的右下角。",
        "{action}: now tap its bottom right corner.",
    )
    BUTTON_MADE = ("“{action}”放好了。", "{action} is in its place.")
    BUTTON_ROW = ("{number}  {action}", "{number}  {action}")
    BUTTON_PLACE_EVERY = (
        "每一页，离左 {x}、离上 {y} 毫米",
        "every page, left {x}, top {y} mm",
    )
    BUTTON_PLACE_ONE = (
        "第 {page} 页，离左 {x}、离上 {y} 毫米",
        "page {page}, left {x}, top {y} mm",
    )
    BUTTON_UNBIND = ("取下", "Take off")
    BUTTON_UNBIND_NAMED = ("取下按钮：{number} {action}", "Take off: {number} {action}")
    BUTTON_UNBIND_TIP = ("这里又是普通的纸", "Its place is plain paper again")
    ACTION_UNDO = ("撤销", "Undo")
    ACTION_NEXT_HAND = ("请下一位举手的发言", "Call the next hand")
    ACTION_LASER = ("激光笔", "Laser")
    ACTION_MICROPHONE = ("我的麦克风开关", "My microphone on or off")
    PRESSED_DONE = ("刚点了“{action}”，做了。", "{action} was tapped and done.")
    PRESSED_NO_LESSON = (
        "刚点了“{action}”：认出来了，辅导时才起作用。",
        "{action} was tapped and recognised; it works in a lesson.",
    )
    PRESSED_NO_HAND = (
        "刚点了“{action}”：现在没有人举手。",
        "{action} was tapped: nobody has a hand up.",
    )
    PRESSED_NOTHING_TO_UNDO = (
        "刚点了“{action}”：没有可撤销的。",
        "{action} was tapped: nothing to take back.",
    )
    PRESSED_NOT_YET = (
        "刚点了“{action}”：本程序还没有这个工具。",
        "{action} was tapped: this program has no such tool yet.",
    )
