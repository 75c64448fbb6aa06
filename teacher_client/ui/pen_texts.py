"""Every word of the pen's page, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words, say


class PenText(Words):
    """Text ids; the value is (Chinese, English)."""

    LOOK = ("找笔", "Look for pens")
    LOOK_TIP = ("找身边的笔 (F5)", "Look for pens nearby (F5)")
    LOOKING = ("正在找…", "Looking…")
    MODEL = ("型号", "Model")
    BATTERY = ("电量", "Battery")
    MEMORY = ("内存", "Memory")
    LINK = ("连接", "Link")
    PAPER = ("纸", "Paper")
    NONE = ("还没有选笔", "No pen chosen")
    NONE_HINT = (
        "没有笔也能上课：先用鼠标或数位板。",
        "You can teach without a pen: take the mouse or a tablet.",
    )
    PERCENT = ("{percent}%", "{percent} %")
    CHARGING = ("{percent}%，正在充电", "{percent} %, charging")
    USED = ("已用 {percent}%", "{percent} % used")
    LINK_LOST = ("没连上，一直在试", "Not connected, trying on")
    LINK_LOCKED = ("锁着，要密码", "Locked, wants its password")
    LOST_DOTS = ("{link}，丢了 {lost} 点", "{link}, {lost} dots lost")
    PAPER_NONE = ("还没写过", "Nothing written yet")
    PAPER_BOOK = ("点阵本 {book}，第 {page} 页", "Dotted book {book}, page {page}")
    PAPER_GROWS = (
        "{paper}（大小不明，边写边长）",
        "{paper} (size unknown, grows as you write)",
    )
    PAPER_BAD = (
        "{paper}；有 {count} 次看不清点阵",
        "{paper}; the dots were unreadable {count} times",
    )
    SOUND = ("响一下", "Let it beep")
    SOUND_TIP = ("让笔出声、闪灯，好找到它", "Let the pen beep and flash, to find it")
    DROP = ("不用这支笔", "Disconnect")
    DROP_TIP = ("断开这支笔，手机就能连它了", "Disconnect, so that a phone may have it")
    FOUND = ("找到的笔", "Pens found")
    FOUND_HINT = ("按 F5 找身边的笔。", "Press F5 to look for pens nearby.")
    FOUND_NONE = (
        "没找到笔：打开笔帽写一下；手机上的应用可能占着它。",
        "No pen found: take the cap off and write; an app on a phone may hold it.",
    )
    UNSUPPORTED = (
        "这支笔要用厂家的库，本软件不带。",
        "This pen needs its maker's library, which is not bundled.",
    )
    USE = ("用这支", "Use it")
    USE_NAMED = ("用这支：{name}", "Use {name}")
    IN_USE = ("正在用", "In use")
    SOFTWARE = ("软件里的笔（{name}）", "Pen in software ({name})")
    LOCK = ("笔要密码", "The pen wants its password")
    LOCK_LEFT = (
        "还可以试 {count} 次。输错太多次，笔会清空自己。",
        "{count} attempts left. Too many wrong ones wipe the pen.",
    )
    LOCK_LAST = (
        "只剩 {count} 次，再错笔会清空。确定要试，请在下面输入：{word}",
        "Only {count} left, then the pen is wiped. To try all the same, type: {word}",
    )
    LOCK_WORD = ("我确定", "I am sure")
    PASSWORD = ("笔的密码", "Password of the pen")
    UNLOCK = ("解锁", "Unlock")
    PASSWORD_WRONG = ("密码不对。", "Wrong password.")
    PASSWORD_INVALID = (
        "密码是 1 到 16 个英文字母或数字，0000 不行。",
        "A password has 1 to 16 letters or digits; 0000 is none.",
    )
    PASSWORD_WORD = ("请先输入上面的字。", "Type the words above first.")
    PASSWORD_WIPED = (
        "次数用完，笔已清空自己，现在没有密码。",
        "No attempts were left: the pen has wiped itself and has no password now.",
    )
    PASSWORD_SILENT = ("笔没有回答。重开笔再试。", "No answer. Switch the pen off and on.")
    SETTINGS = ("笔的设置", "Settings of the pen")
    ON = ("{name}：开", "{name}: on")
    SWITCHED_OFF = ("{name}：关", "{name}: off")
    AUTO_OFF = ("多久不用就关机", "Switches off when unused for")
    CAP = ("盖笔帽关机", "Off with its cap")
    AUTO_ON = ("一写就开机", "On by writing")
    BEEP = ("声音", "Sound")
    HOVER = ("悬停", "Hover")
    STORING = ("没连电脑时存进笔里", "Keeps notes without a computer")
    SET = ("改好了。", "Done.")
    SET_LATER = (
        "笔收下了，关机再开后生效。",
        "Taken; it applies when the pen is next switched on.",
    )
    SET_NOT = ("笔没有接受，保持原样。", "The pen did not take it; all stays as it was.")
    SET_SILENT = ("笔没有回答，再试一次。", "The pen did not answer, try again.")
    TEST = ("在点阵纸上写一个“灯”字", "Write 'lamp' on the dotted paper")
    TRY = ("试笔", "Test the pen")
    TRY_STOP = ("停止试笔", "End the test")
    TRY_TIP = ("开始或停止试笔 (T)", "Begin or end the test (T)")
    SHEET = ("试写纸，{count} 笔", "Test sheet, {count} strokes")
    RATE = ("每秒点数", "Dots a second")
    LOST_COUNT = ("丢点", "Lost dots")
    DELAY = ("延迟", "Delay")
    DELAY_MS = ("{ms} 毫秒", "{ms} ms")
    FORCE = ("笔力", "Force")
    FORCE_RANGE = ("{low}–{high}%", "{low}–{high} %")
    FORCE_NONE = ("不量笔力", "not measured")
    PAGE = ("认出纸页", "Page")
    VERDICT_OFF = ("按 T 开始，写十秒左右。", "Press T to begin, then write for about ten seconds.")
    VERDICT_WAITING = ("还看不出来。", "Too early to say.")
    VERDICT_GOOD = ("这支笔很好，可以上课。", "This pen is fine. You can teach with it.")
    VERDICT_DOUBTFUL = ("能用，有一处要注意。", "It works, with one thing to mind.")
    VERDICT_BAD = ("这样还不能上课。", "Not ready to teach with.")
    REMEDY_CHOOSE = ("先在左边选一支笔。", "Choose a pen on the left first.")
    REMEDY_CONNECT = (
        "打开笔，靠近电脑；手机上的应用可能占着它。",
        "Switch the pen on and bring it near; an app on a phone may hold it.",
    )
    REMEDY_UNLOCK = ("先在左边输入笔的密码。", "Enter the pen's password on the left first.")
    REMEDY_WRITE = ("请在点阵纸上多写几笔。", "Write some more strokes on the dotted paper.")
    REMEDY_PRESS = (
        "笔看得到纸，没有碰到：把笔芯插到底，写重一点。",
        "The pen sees the paper and never touches it: push the refill in, press harder.",
    )
    REMEDY_PAPER = (
        "看不清点阵：换配套的纸，擦净镜头，笔别太斜。",
        "The dots are unreadable: take its own paper, clean the lens, hold the pen less flat.",
    )
    REMEDY_NEARER = (
        "有点丢了：靠近一些，离开 USB 3 设备和拥挤的 Wi-Fi。",
        "Dots got lost: come nearer, away from USB 3 plugs and busy Wi-Fi.",
    )
    REMEDY_RADIO = (
        "笔迹来得慢：靠近一些，关掉蓝牙适配器的省电。",
        "Ink comes late: come nearer, switch the adapter's power saving off.",
    )
    REMEDY_FORCE = (
        "笔力没有变化：换一支笔芯，或轻重各写一笔。",
        "The force never changes: change the refill, or write one light and one firm stroke.",
    )

    # faces
    FACES = ("笔页的几面", "Faces of the pen's page")
    FACE_TRIAL = ("试笔", "Test")
    FACE_NOTES = ("笔里的笔记", "Stored notes")
    FACE_CALIBRATION = ("校准", "Calibration")
    FACE_BOOKS = ("本子", "Notebooks")
    FACE_BUTTONS = ("纸上按钮", "Paper buttons")
    MORE = ("还有 {count} 页", "{count} more pages")
    LESS = ("收起", "Show fewer")
    BOOK = ("点阵本 {book}", "Dotted book {book}")

    # raw log of a test
    LOG_SAVE = ("保存原始记录", "Save the raw log")
    LOG_SAVE_TIP = (
        "存下这次试笔的原始数据，去掉密码和笔的一部分地址",
        "Keep this test's raw data, without passwords and a part of the pen's address",
    )
    LOG_NEEDS_TEST = ("先试笔，才有记录可存。", "Test the pen first; then there is a log.")
    LOG_SAVED = ("已存：{path}", "Saved: {path}")
    LOG_CUT = ("已存开头一段：{path}", "Saved its beginning: {path}")
    LOG_NOTHING = ("还没有记录：试笔后再存。", "No log yet: test the pen, then save.")
    LOG_DISK = (
        "没有存成：磁盘写不进去，腾出空间再存。",
        "Not saved: the disk refuses. Make room, save again.",
    )


def paper_text(address: str) -> str:
    """A sheet's address (``ncode:3.27.604.1``) in words; other patterns as they are."""
    kind, _, place = address.partition(":")
    parts = place.split(".")
    if kind == "ncode" and len(parts) == 4:
        return say(PenText.PAPER_BOOK, book=parts[2], page=parts[3])
    return address


def book_text(address: str, title: str = "") -> str:
    """A book by its person's name for it, else by its address (``ncode:3.27.604``)."""
    kind, _, place = address.partition(":")
    parts = place.split(".")
    if title or kind != "ncode" or len(parts) != 3:
        return title or address
    return say(PenText.BOOK, book=parts[2])
