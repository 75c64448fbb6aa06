"""Every word the window says, Chinese and English side by side.

``say(Text.TIME_LEFT)`` gives the words in the language in use, with values put in. Users' own
text (names, chat, subjects) never stands here and is always shown as plain text.
"""

from __future__ import annotations

import enum

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import EndReason, PauseReason
from teacher_client.lesson.link import LinkState
from teacher_client.ui.settings import Language


class Words(enum.Enum):
    """Text ids; the value is (Chinese, English)."""


class Text(Words):
    """The texts of the whole window; a page with many keeps them in a file of its own."""

    APP = ("灯下", "Lamplight")

    # sign-in
    SIGN_IN_TITLE = ("老师登录", "Teacher sign-in")
    LOGIN = ("账号", "Account")
    PASSWORD = ("密码", "Password")
    SERVER = ("服务器：{server}", "Server: {server}")
    SIGN_IN = ("登录", "Sign in")
    SIGN_OUT = ("退出登录", "Sign out")
    SIGN_IN_WRONG = (
        "账号或密码不对，还可以再试。",
        "Account or password is wrong; you can try again.",
    )
    SIGN_IN_WAIT = (
        "账号或密码不对。{seconds} 秒后可以再试。",
        "Account or password is wrong. Try again in {seconds} s.",
    )
    SIGN_IN_NO_LINE = (
        "连不上服务器。检查网络后再点登录。",
        "The server cannot be reached. Check the network and sign in again.",
    )
    SIGN_IN_ELSEWHERE = (
        "这个账号刚在另一台电脑上进入了课堂。要在这里继续，请再登录一次。",
        "This account has entered the lesson on another computer. Sign in again to go on here.",
    )
    SIGN_IN_EMPTY = ("请填账号和密码。", "Please fill in account and password.")
    SIGNING_IN = ("正在登录…", "Signing in…")

    # home
    HELLO = ("{name}，欢迎", "Welcome, {name}")
    DUTY = ("值班", "Duty")
    DUTY_ON = ("在线可接", "Taking requests")
    DUTY_OFF = ("休息", "Resting")
    DUTY_LESSON = ("辅导中", "In a lesson")
    DUTY_HINT = ("打开后，学生的请求会到这里 (D)", "When on, pupils' requests come here (D)")
    REQUESTS = ("请求 {count}", "Requests {count}")
    REQUESTS_EMPTY_ON = (
        "还没有请求。值班已开，来了会显示在这里。",
        "No requests yet. You are on duty; they appear here.",
    )
    REQUESTS_EMPTY_OFF = ("打开值班就能接到请求。", "Go on duty to receive requests.")
    WAITED = ("等了 {time}", "waited {time}")
    NO_QUESTION = ("没有写问题", "No question written")
    EARLIER = ("以前 {count} 次", "{count} earlier lessons")
    EARLIER_NONE = ("第一次来辅导", "First lesson with us")
    EARLIER_ROW = ("{date} · {subject} · {minutes} 分", "{date} · {subject} · {minutes} min")
    HISTORY = ("以前的辅导 {count}", "Earlier lessons {count}")
    ACCEPT = ("接受", "Accept")
    DECLINE = ("稍后", "Later")
    ACCEPT_TIP = ("接受这位同学 (Enter)", "Take this pupil (Enter)")
    DECLINE_TIP = ("转给下一位老师 (Esc)", "Pass on to the next teacher (Esc)")
    LIBRARY = ("上过的课", "Kept lessons")
    LIBRARY_EMPTY = ("上过的课会在这里。", "Lessons you have taught appear here.")
    OPEN = ("回放", "Play back")
    OPEN_TIP = ("打开这节课的板书和声音", "Open ink and voice of this lesson")
    REFRESH = ("刷新", "Refresh")
    BACK_TO_LESSON = ("回到辅导", "Back to the lesson")
    DAMAGED = ("有缺损：{damage}", "Damaged: {damage}")
    MINUTES = ("{minutes} 分钟", "{minutes} min")
    BADGES = ("设备", "Devices")

    # lesson, top bar
    ONE_TO_ONE = ("一对一辅导", "One-to-one lesson")
    TIME_LEFT = ("剩余", "Left")
    EFFECTIVE = ("有效 {minutes} 分钟", "{minutes} min effective")
    TIME_TRACK = ("已用 {used}，共 {whole}", "{used} of {whole} used")
    NOT_BEGUN = ("等学生进来，计时未开始", "Waiting for the pupil; the clock has not begun")
    PAUSED_NO_PUPIL = (
        "学生不在线，有效时间暂停",
        "No pupil connected: effective time waits",
    )
    PAUSED_NO_TEACHER = (
        "与平台断开，有效时间暂停",
        "Platform link lost: effective time waits",
    )
    LAST_FIVE = ("不到 5 分钟", "Under 5 minutes")
    LAST_ONE = ("最后 1 分钟", "Last minute")
    RECORDING = ("录制中", "Recording")
    RECORDING_TIP = (
        "录制中：板书和声音，供回放和检查",
        "Recording ink and voice, for replay and review",
    )
    RECORDING_STOPPED = ("录制已停", "Recording stopped")
    RECORDING_STOPPED_TIP = (
        "录制已停：磁盘写不进去。辅导可以继续",
        "Recording stopped: the disk refuses. The lesson can go on",
    )
    PEN = ("笔", "Pen")
    PEN_OFF = ("未用笔", "No pen")
    PEN_LOST = ("重连中", "Reconnecting")
    PEN_IS_LOCKED = ("锁着", "Locked")
    PEN_READY = ("已连接", "Connected")
    PEN_TIP = ("笔：{model} · {state}", "Pen: {model} · {state}")
    PEN_TIP_LOST = ("丢了 {lost} 点", "{lost} dots lost")
    NETWORK = ("网络", "Network")
    LINK_GOOD = ("良好", "Good")
    LINK_FAIR = ("一般", "Fair")
    LINK_WEAK = ("较弱", "Weak")
    LINK_LOST = ("断开", "Lost")
    LINK_CONNECTING = ("连接中", "Connecting")
    LINK_OFF = ("未连接", "Not connected")
    NETWORK_TIP = ("到平台往返 {ms} 毫秒", "{ms} ms to the platform and back")
    END = ("结束辅导", "End lesson")
    END_AGAIN = ("再按一次结束", "Press again to end")
    END_TIP = (
        "结束辅导：3 秒内按两次 (Ctrl+Shift+E)",
        "End the lesson: press twice within 3 s (Ctrl+Shift+E)",
    )
    ENDED = ("已结束", "Ended")
    CLOSE = ("关闭", "Close")
    PLAYBACK = ("回放", "Playback")

    # pages
    PAGES = ("页面", "Pages")
    NEW_PAGE = ("新页", "New page")
    NEW_PAGE_TIP = ("加一页并翻过去 (N)", "Add a page and turn to it (N)")
    PAGE_NUMBER = ("第 {page} 页", "Page {page}")
    PAGE_OF = ("第 {page} / {count} 页", "Page {page} of {count}")
    PAGE_PAPER = ("纸 {paper}", "Sheet {paper}")
    PAGE_EMPTY = ("空白", "Empty")
    NO_PAGES = ("还没有页面", "No pages yet")
    PAGE_BEFORE = ("上一页 (PgUp)", "Page before (PgUp)")
    PAGE_AFTER = ("下一页 (PgDn)", "Page after (PgDn)")

    # tools
    TOOLS = ("工具", "Tools")
    TOOL_MARKER = ("荧光笔", "Marker")
    TOOL_ERASER = ("橡皮", "Eraser")
    INK = ("{name}色墨水", "{name} ink")
    WIDTH_THIN = ("细 0.4 毫米", "Thin, 0.4 mm")
    WIDTH_MIDDLE = ("中 0.7 毫米", "Medium, 0.7 mm")
    WIDTH_THICK = ("粗 1.2 毫米", "Thick, 1.2 mm")
    THINNER = ("细一点", "Thinner")
    THICKER = ("粗一点", "Thicker")
    UNDO = ("撤销", "Undo")
    REDO = ("重做", "Redo")

    # board
    BOARD = ("板书", "Board")
    BOARD_STATE = (
        "第 {page} 页，共 {count} 笔，最新一笔：{author}",
        "Page {page}, {count} strokes, newest by {author}",
    )
    BOARD_EMPTY = ("写第一笔，学生就能看到。", "Write the first stroke: the pupil sees it.")
    TEACHER = ("老师", "Teacher")
    ME = ("我", "Me")
    MEMBER = ("{number} 号", "No. {number}")

    # people
    PEOPLE = ("学生", "Pupils")
    MEMBERS = ("学生 {here} / {all}", "Pupils {here} / {all}")
    MEMBERS_HINT = ("点一下给出或收回", "Press to give or take")
    MEMBERS_EMPTY = ("还没有学生进来。", "No pupil has come yet.")
    HANDS = ("举手 {count}", "Hands {count}")
    HANDS_NONE = ("没有人举手", "No hands up")
    NEXT_HAND = ("Q 叫下一位", "Q: next")
    CALL_NEXT = ("叫下一位", "Call the next")
    CALL = ("请发言", "Let speak")
    CALL_TIP = ("请{name}发言，放下手", "Let {name} speak and take the hand down")
    HAND_WAITED = ("等了 {time}", "{time}")
    IS_WRITING = ("正在写", "Writing")
    IS_SPEAKING = ("正在讲", "Speaking")
    IS_LISTENING = ("在听", "Listening")
    HAS_HAND = ("举手", "Hand up")
    MAY_SPEAK = ("可发言", "May speak")
    MAY_WRITE = ("可书写", "May write")
    IS_RECONNECTING = ("正在重连 · {time}", "Reconnecting · {time}")
    HAS_LEFT = ("已离开", "Left")
    IS_WEAK = ("网络较弱", "Weak line")
    GIVE_SPEAK = ("让{name}发言", "Let {name} speak")
    TAKE_SPEAK = ("让{name}静音", "Mute {name}")
    GIVE_WRITE = ("让{name}书写", "Let {name} write")
    TAKE_WRITE = ("收回{name}的书写", "Take the pen from {name}")
    MUTE_ALL = ("全体静音", "Mute all")
    MUTE_ALL_TIP = ("收回所有人的发言 (Shift+M)", "Take everybody's voice (Shift+M)")
    TAKE_WRITING = ("收回书写", "Take pens")
    TAKE_ALL_TIP = ("收回所有人的书写", "Take everybody's pen")
    TAKE_ALL = ("收回所有发言和书写", "Take all voices and pens")
    GIVE_SPEAKER_PEN = ("让发言的人书写", "Let the speaker write")
    PEOPLE_FOLD = ("收起或展开学生栏", "Fold or open the pupils' panel")

    # chat
    CHAT = ("聊天", "Chat")
    CHAT_HINT = ("发一句话给全班", "Write to all")
    CHAT_EMPTY = ("聊天会在这里。", "Chat appears here.")
    SEND = ("发送", "Send")

    # bottom bar
    MICROPHONE = ("麦克风", "Microphone")
    MICROPHONE_ON = ("麦克风已开", "Microphone on")
    MICROPHONE_OFF = ("麦克风已关", "Microphone off")
    MICROPHONE_GONE = ("话筒没有声音", "Microphone silent")
    MICROPHONE_TIP = ("打开或关闭我的麦克风 (M)", "Open or close my microphone (M)")
    FOLLOW = ("跟笔", "Follow pen")
    FOLLOW_TIP = ("让笔尖留在中间 (F)", "Keep the pen in the middle (F)")
    FIT = ("适合宽度", "Fit width")
    FIT_TIP = ("整页宽度 (Ctrl+0)", "Whole page width (Ctrl+0)")
    ZOOM_IN = ("放大", "Zoom in")
    ZOOM_OUT = ("缩小", "Zoom out")
    FULL_SCREEN = ("全屏", "Full screen")
    FULL_SCREEN_TIP = ("全屏显示 (F11)", "Full screen (F11)")

    # player
    PLAYER = ("播放器", "Player")
    PLAY = ("播放 (空格)", "Play (Space)")
    PAUSE = ("暂停 (空格)", "Pause (Space)")
    PLAY_PAUSE = ("播放或暂停", "Play or pause")
    SCRUB = ("进度：{position}，共 {duration}", "Position {position} of {duration}")
    SPEED = ("速度", "Speed")
    SPEED_TIMES = ("{speed} 倍", "{speed}×")
    STROKE_BEFORE = ("上一段笔迹", "Ink before")
    STROKE_AFTER = ("下一段笔迹", "Next ink")
    BACK_5 = ("后退 5 秒", "Back 5 s")
    AHEAD_5 = ("前进 5 秒", "Ahead 5 s")
    SLOWER = ("慢一点", "Slower")
    FASTER = ("快一点", "Faster")
    TAP_INK = ("点一下笔迹，从那时播放", "Click ink to hear that moment")

    # menus and other actions
    MENU_LESSON = ("辅导", "Lesson")
    MENU_TOOL = ("工具", "Tool")
    MENU_VIEW = ("视图", "View")
    MENU_PLAYER = ("播放", "Playback")
    MENU = ("菜单", "Menu")
    BACK_TO_BOARD = ("回到板书", "Back to the board")
    NEXT_PANEL = ("下一栏", "Next panel")
    LANGUAGE = ("English", "中文")
    THEME_DARK = ("深色", "Dark")
    THEME_LIGHT = ("浅色", "Light")
    KEYS_TITLE = ("快捷键一览", "All keys")
    FOCUS_CHAT = ("打字", "Type")

    # notices
    ENGINE_AWAY = (
        "辅导引擎断开 {seconds} 秒，正在重连。板书都在，重连后自动补上。",
        "Lesson engine lost for {seconds} s, reconnecting. The board is kept and will catch up.",
    )
    ENGINE_STARTING = ("正在启动辅导引擎…", "Starting the lesson engine…")
    REOPENED = ("刚才程序重启了，板书没有丢。", "The program restarted; no ink was lost.")
    ENGINE_RESTARTED = (
        "刚才程序重启了，板书没有丢；缺语音 {seconds} 秒，已标在录音里。",
        "The program restarted; no ink was lost. {seconds} s of voice are missing and marked.",
    )
    NETWORK_LOST = (
        "网络断开 {seconds} 秒，正在重连。照常写，学生连上后全补齐；语音和有效时间暂停。",
        "Offline {seconds} s, reconnecting. Keep writing, pupils will get all of it; "
        "voice and effective time wait.",
    )
    NETWORK_BACK = (
        "已重连（断开 {seconds} 秒），板书已补齐。",
        "Back after {seconds} s, the board is complete.",
    )
    PUPIL_LOST = (
        "{name}正在重连（{seconds} 秒）。照常讲，板书会自动补上。",
        "{name} is reconnecting ({seconds} s). Go on, the board will catch up.",
    )
    PUPIL_BACK = ("{name}回来了，板书已补齐。", "{name} is back, the board is complete.")
    PEN_LOST_LINE = (
        "笔断开，正在重连。纸上照写，连上后补到板上。",
        "Pen lost, reconnecting. Keep writing: the strokes will follow.",
    )
    PEN_LOST_NO_MEMORY_LINE = (
        "笔断开，正在重连。这支笔断开时写的补不回来，先用鼠标或稍等。",
        "Pen lost, reconnecting. This pen cannot catch up: use the mouse or wait a moment.",
    )
    PEN_BACK_LINE = ("笔已连上。", "Pen is back.")
    PEN_BACK_COUNT_LINE = ("笔已连上，补写 {count} 笔。", "Pen is back, {count} strokes added.")
    PEN_BACK_PARTLY_LINE = (
        "笔已连上，补写了 {count} 笔；其余还在笔里，可到'笔'页复制。",
        "Pen is back, {count} strokes added; the rest is still in the pen, copy it under Pen.",
    )
    PEN_LOCKED = (
        "笔要密码才能用。到'笔'页输入密码。",
        "The pen wants its password. Enter it under Pen.",
    )
    MICROPHONE_GONE_LINE = (
        "话筒没声音了。检查插头，或换一个话筒。",
        "The microphone fell silent. Check the plug or take another.",
    )
    ECHO_REMAINS = (
        "学生会听到自己的回声。戴上耳机，或在学生说话时关话筒。",
        "Pupils hear their own echo. Use a headset, or mute while they speak.",
    )
    ECHO_STAYS_TIP = ("没有消除回声，最好戴耳机", "Echo is not taken out; a headset helps")
    SPEAKER_GONE = (
        "扬声器没有了。检查插头，或换一个扬声器。",
        "The speaker is gone. Check the plug or take another.",
    )
    DISK_REFUSED = (
        "磁盘写不进去：板书改由平台保存，录音已停。请腾出空间。",
        "The disk refuses: the platform keeps the ink, sound is not recorded. Please free space.",
    )
    DISK_BACK = (
        "磁盘又能写了，刚才的板书已补存。",
        "The disk works again; what was written meanwhile is kept here too.",
    )
    LESSON_DAMAGED = (
        "这节课有一段读不出来，其余完整。",
        "Part of this lesson cannot be read; the rest is whole.",
    )
    PICTURES_NOT_TAKEN = (
        "有图片没有传给学生：服务器没有收下。请少放几张，或换一张。",
        "Some pictures do not reach the pupils: the server refused them. Use fewer, or others.",
    )
    REFUSED = ("没有做成：{reason}", "Not done: {reason}")
    FIVE_LEFT = ("还剩 5 分钟。", "5 minutes left.")
    ONE_LEFT = (
        "还剩 1 分钟，到点各端一起结束，板书和录音已在保存。",
        "1 minute left. All sides end together; ink and voice are being kept.",
    )
    ENDED_TIME = ("时间到，有效 {minutes} 分钟。", "Time is up: {minutes} effective minutes.")
    ENDED_TEACHER = ("辅导结束，有效 {minutes} 分钟。", "Lesson over: {minutes} effective minutes.")
    ENDED_NOBODY = (
        "学生都走了，辅导结束，有效 {minutes} 分钟。",
        "Everybody left; lesson over: {minutes} effective minutes.",
    )
    ENDED_CLOSED = (
        "今晚的辅导时间到了，有效 {minutes} 分钟。",
        "Tonight's hours are over: {minutes} effective minutes.",
    )
    REQUEST_GONE = (
        "这位同学已由别的老师接了，或者先离开了。",
        "This pupil was taken by another teacher, or left.",
    )
    LESSON_RUNNING = (
        "辅导还在进行。要结束，请按'结束辅导'。",
        "The lesson is running. To end it, press End lesson.",
    )

    PEN_LOW = ("笔电量 {percent}%。", "Pen at {percent} %.")
    PEN_LOW_MINUTES = (
        "笔电量 {percent}%，够写约 {minutes} 分钟。",
        "Pen at {percent} %, about {minutes} minutes of writing.",
    )
    PEN_EMPTY = (
        "只剩 {percent}%，请插上或换笔。",
        "{percent} % left: plug in or change pens.",
    )

    # the pen's page
    PEN_OPEN = ("连接和试笔", "Connect and test")
    PEN_OPEN_TIP = (
        "选笔、输密码、试写 (Ctrl+7)",
        "Choose a pen, enter its password, try it (Ctrl+7)",
    )
    HOME_BACK = ("主页", "Home")
    HOME_BACK_TIP = ("回到主页 (Alt+←)", "Back to home (Alt+←)")

    # why something was refused
    NO_RIGHT = ("现在没有这个权限", "no right to do this now")
    NOT_YOURS = ("那不是自己的笔迹", "that is somebody else's ink")
    UNKNOWN_PAGE = ("那一页不在了", "that page is not there")
    UNKNOWN_STROKE = ("那一笔已经不在了", "that stroke is gone already")
    UNKNOWN_MEMBER = ("那位同学不在这节课里", "that pupil is not in this lesson")
    OUT_OF_ORDER = ("笔迹次序乱了，请重写这一笔", "ink out of order, write that stroke again")
    NOTHING_TO_UNDO = ("没有可撤销的了", "nothing to take back")
    INVALID = ("内容不合要求，改一改再试", "not valid, change it and try again")
    TOO_FAST = ("太快了，等几秒再试", "too fast, wait some seconds")
    TOO_LARGE = ("内容太大，分几次做", "too large, do it in parts")
    NO_ENGINE = ("辅导引擎不在，正在重连", "the lesson engine is away, reconnecting")
    NOT_IN_SESSION = ("不在这节课里", "not in this lesson")
    SESSION_OVER = ("这节课已经结束", "this lesson is over")
    NOT_SIGNED_IN = ("还没有登录", "not signed in")
    NOT_ALLOWED = ("这个账号不能这样做", "this account may not do that")
    GONE = ("已经不在了", "it is gone")
    BUSY = ("正忙，稍后再试", "busy, try again soon")
    PROTOCOL_VERSION = ("程序太旧，请更新", "this program is too old, please update")


_REFUSALS = {refusal: Text[refusal.name] for refusal in Refusal}
_LINKS = {
    LinkState.OFF: Text.LINK_OFF,
    LinkState.CONNECTING: Text.LINK_CONNECTING,
    LinkState.GOOD: Text.LINK_GOOD,
    LinkState.FAIR: Text.LINK_FAIR,
    LinkState.WEAK: Text.LINK_WEAK,
    LinkState.LOST: Text.LINK_LOST,
}
_PAUSES = {
    PauseReason.NO_PUPIL: Text.PAUSED_NO_PUPIL,
    PauseReason.NO_TEACHER: Text.PAUSED_NO_TEACHER,
    PauseReason.NOT_BEGUN: Text.NOT_BEGUN,
}
_ENDS = {
    EndReason.TIME: Text.ENDED_TIME,
    EndReason.TEACHER: Text.ENDED_TEACHER,
    EndReason.NOBODY: Text.ENDED_NOBODY,
    EndReason.CLOSED: Text.ENDED_CLOSED,
}


class _Spoken:
    """The language in use; one window, one language, GUI thread only."""

    language = Language.ZH


def speak(language: Language) -> None:
    """Use a language from now on; widgets built before keep their words until rebuilt."""
    _Spoken.language = language


def spoken() -> Language:
    """The language in use."""
    return _Spoken.language


def say(text: Words, **values: object) -> str:
    """The words of a text in the language in use, with its values."""
    words: str = text.value[0 if _Spoken.language is Language.ZH else 1]
    return words.format(**values) if values else words


def say_refusal(refusal: Refusal) -> str:
    """Why something was not done."""
    return say(Text.REFUSED, reason=say(_REFUSALS[refusal]))


def refusal_reason(name: str) -> str | None:
    """Why something was refused, by the refusal's own word; None for none of them."""
    return say(_REFUSALS[Refusal(name)]) if name in set(Refusal) else None


def say_link(state: LinkState) -> str:
    """A line's state in a word."""
    return say(_LINKS[state])


def say_pause(reason: PauseReason) -> str:
    """Why effective time stands still."""
    return say(_PAUSES[reason])


def say_end(reason: EndReason, minutes: int) -> str:
    """How a lesson ended."""
    return say(_ENDS[reason], minutes=minutes)


_SUBJECTS: dict[str, tuple[str, str]] = {
    "chinese": ("语文", "Chinese"),
    "maths": ("数学", "Mathematics"),
    "english": ("英语", "English"),
    "physics": ("物理", "Physics"),
    "chemistry": ("化学", "Chemistry"),
    "biology": ("生物", "Biology"),
    "politics": ("道法", "Morality and law"),
    "history": ("历史", "History"),
    "geography": ("地理", "Geography"),
}
"""R-B1: the ids as the pupils' page sends them."""


def subject_text(subject: str) -> str:
    """A subject's name; one that is no known id is shown as it came."""
    names = _SUBJECTS.get(subject)
    return subject if names is None else names[0 if _Spoken.language is Language.ZH else 1]


def clock_text(ms: int, *, is_up: bool = False) -> str:
    """Minutes and seconds as ``12:40``; `is_up` rounds a started second up, as time left does."""
    seconds = -(-ms // 1000) if is_up else ms // 1000
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"
