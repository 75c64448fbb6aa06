"""Every word about files, jobs and prepared lessons, Chinese and English side by side."""

from __future__ import annotations

from typing import Final

from teacher_client.ui.texts import Words, refusal_reason, say


class FileText(Words):
    """Text ids; the value is (Chinese, English)."""

    MENU_FILES = ("文件", "Files")
    IMPORT = ("放入图片、PDF、板书文件…", "Put in pictures, PDF, ink files…")
    EXPORT = ("导出…", "Export…")
    SAVE_COPY = ("另存一份 (.lamp)…", "Save a copy (.lamp)…")
    OPEN_FILE = ("打开 (.lamp)…", "Open (.lamp)…")
    OPEN_FILE_TIP = (
        "打开一个板书文件，作为一份备课",
        "Open a file of pages as a prepared lesson",
    )
    FROM_PREPARED = ("从备课放入…", "Put in prepared pages…")
    RECENT = ("最近的文件", "Recent files")
    RECENT_NONE = ("还没有", "None yet")
    KINDS = ("图片和板书文件", "Pictures and ink files")
    LAMP_FILES = ("灯下板书", "Lamplight pages")
    DROP_HERE = ("松开，放到这一页", "Drop it on this page")
    DROP_BEHIND = ("松开，每页放成一张新页", "Drop: each becomes a page of its own")
    DROP_NOT = (
        "放不进来：这里能放图片、PDF、.xopp、InkML 和 .lamp。",
        "Cannot be put in: take pictures, PDF, .xopp, InkML or .lamp.",
    )
    DROP_OVER = ("辅导已结束，不能再放东西。", "The lesson is over; nothing can be put in.")
    TOO_MANY_FILES = ("一次最多 50 个文件。", "At most 50 files at once.")

    # why an entry is disabled
    WHY_OVER = ("辅导已结束", "The lesson is over")
    WHY_PLAYBACK = ("回放时不能改", "Nothing can be changed in playback")
    WHY_NO_PAGES = ("还没有页面", "There are no pages yet")
    WHY_POLICY = ("学校的规定不允许导出", "The programme's rules do not allow exports")
    WHY_NO_ENGINE = ("辅导引擎不在，正在重连", "The lesson engine is away, reconnecting")
    WHY_NO_PEOPLE = ("备课时没有学生", "No pupils while preparing")

    # export sheet
    EXPORT_TITLE = ("导出板书", "Export pages")
    FORMAT = ("存成", "As")
    PDF = ("PDF：看、打印、发给别人", "PDF: to read, print and send")
    SVG = ("SVG：矢量图，一页一个文件", "SVG: vector pictures, a file a page")
    PNG = ("PNG：图片，一页一个文件", "PNG: pictures, a file a page")
    INKML = ("InkML：带笔压和时间的笔迹", "InkML: ink with force and times")
    XOPP = ("Xournal++ (.xopp)：还能接着写", "Xournal++ (.xopp): to write on")
    WHICH = ("哪几页", "Which pages")
    ALL_SEEN = ("学生能看到的 {count} 页", "The {count} pages that pupils see")
    ALL_MINE = ("全部 {count} 页，包括仅自己的", "All {count} pages, private ones too")
    SHOWN = ("正在看的第 {page} 页", "Page {page}, on screen")
    SOME = ("这几页：", "These pages:")
    RANGE_HINT = ("例如 1-3, 5", "e.g. 1-3, 5")
    RANGE_WRONG = (
        "写成 1-3, 5 这样，最大是 {count}。",
        "Write it as 1-3, 5; the last page is {count}.",
    )
    EXPORT_NOW = ("选地方并导出…", "Choose a place and export…")

    # jobs
    IMPORTING = ("正在放入", "Putting in")
    EXPORTING = ("正在导出", "Exporting")
    OPENING = ("正在打开", "Opening")
    SENDING = ("正在发送", "Sending")
    SENT = ("已发到聊天。", "Sent to the chat.")
    OF = ("{done} / {total}", "{done} of {total}")
    CANCEL = ("取消", "Cancel")
    IMPORTED = ("放好了：{count} 页。", "Put in: {count} pages.")
    IMPORTED_ONE = ("放好了。", "Put in.")
    EXPORTED = ("已导出：{name}。", "Exported: {name}.")
    OPENED = ("已打开。", "Opened.")
    CANCELLED = ("已取消，做好的部分都在。", "Cancelled; what was done stays.")
    FAILED = ("{name}没有做成：{reason}", "{name}: not done. {reason}")
    PARTLY = ("一部分没有做成：{reason}", "Not all of it was done: {reason}")
    LOST = ("没能保留：{kinds}。", "Not kept: {kinds}.")
    LOST_ROW = ("{kind} {count} 处", "{kind} ({count})")
    COMMA = ("、", ", ")
    AND_MORE = ("等", "and more")
    SHOW_FOLDER = ("打开所在文件夹", "Show in folder")
    PROGRESS = ("进度", "Progress")

    # prepared lessons
    PREPARED = ("备课", "Prepared lessons")
    PREPARED_EMPTY = (
        "还没有备课。先写好几页，上课时放进来。",
        "Nothing prepared yet. Write some pages now and put them into a lesson later.",
    )
    NEW = ("新建备课", "Prepare a lesson")
    NEW_TIP = ("没有学生、不计时，先写好要用的页", "Write pages ahead: no pupils, no clock")
    GO_ON = ("继续", "Continue")
    GO_ON_NAMED = ("继续备课：{title}", "Continue {title}")
    PUT_IN = ("放入", "Put in")
    PUT_IN_NAMED = ("把“{title}”放进这节课", "Put “{title}” into this lesson")
    DELETE = ("删除", "Delete")
    DELETE_NAMED = ("删除备课：{title}", "Delete {title}")
    DELETE_AGAIN = ("再按一次删除", "Press again to delete")
    DISCARD = ("放弃", "Discard")
    CUT_OFF = ("上次没有正常关闭，内容都在。", "It was cut off last time; all of it is kept.")
    ROW = ("{pages} 页 · {changed}", "{pages} pages · {changed}")
    UNTITLED = ("未命名", "Untitled")
    PREPARING = ("备课 · 只有自己看到，自动保存", "Preparing · only you see it, saved as you write")
    PREPARING_BACK = ("回到备课", "Back to preparing")
    TITLE_OF_DAY = ("备课 {date}", "Prepared {date}")
    CLOSE = ("收好", "Close and keep")
    CLOSE_TIP = ("收好备课，回到主页", "Keep it and go back to home")

    SIGN_OUT_AGAIN = ("再按一次退出", "Press again to sign out")

    # problems: JobProblem, PictureTrouble, FileTrouble, Refusal, by their ids
    P_NO_LESSON = ("现在没有打开的课。", "No lesson is open.")
    P_NOT_ALLOWED = (
        "没有权限：换一个文件夹，或问学校管理员。",
        "Not allowed: take another folder, or ask the school's administrator.",
    )
    P_EXPORT_NOT_ALLOWED = (
        "学校的规定不允许导出这节课。",
        "The programme's rules do not allow this lesson to be exported.",
    )
    P_UNREADABLE = (
        "文件读不到，可能被移走了。",
        "The file cannot be read; it may have been moved.",
    )
    P_NOT_POSSIBLE = ("现在做不了，请再试一次。", "Not possible now, please try again.")
    P_NO_PAGES = ("没有可以导出的页。", "There is no page to export.")
    P_DISK_FULL = ("磁盘满了。腾出空间再试。", "The disk is full. Make room, then try again.")
    P_DISK_REFUSED = ("磁盘写不进去。换一个地方存。", "The disk refuses. Save it elsewhere.")
    P_TOO_NEW = (
        "这个文件是更新的版本写的，请先更新程序。",
        "A newer version wrote this file; update the program first.",
    )
    P_EXPORT_FAILED = ("导出中断了，请再试一次。", "The export broke off, please try again.")
    P_CANCELLED = ("已取消。", "Cancelled.")
    P_NOT_THIS_KIND = (
        "文件里的内容和它的后缀不一样。",
        "What is in the file is not what its name says.",
    )
    P_TOO_LARGE = (
        "文件太大。请缩小，或只存要用的部分。",
        "The file is too large. Make it smaller, or keep only the part you need.",
    )
    P_TOO_MANY = ("页数或笔画太多，请分成几份。", "Too many pages or strokes; make several files.")
    P_TOO_DEEP = ("文件的结构太复杂，打不开。", "The file is nested too deeply to be read.")
    P_FORBIDDEN = (
        "文件里有不安全的外部引用，没有打开。",
        "The file refers to things outside itself, which is not safe; it was not opened.",
    )
    P_DAMAGED = (
        "文件打不开，可能没有存完整。请重新保存。",
        "The file cannot be opened; it may be incomplete. Save it again.",
    )
    P_BAD_NAMES = ("文件里的名字有问题，没有打开。", "Names inside are not valid; not opened.")
    P_WRONG_HASH = ("文件的内容被改动过，没有打开。", "The content was altered; not opened.")
    P_ENCRYPTED = (
        "这个 PDF 有密码。请先另存一份没有密码的。",
        "This PDF has a password. Save a copy without one first.",
    )
    P_NOT_A_PICTURE = ("这不是图片，也不是 PDF。", "This is neither a picture nor a PDF.")
    P_UNSUPPORTED = (
        "不认识这种图片（如 HEIC）。请另存为 JPEG 或 PNG。",
        "This kind of picture (such as HEIC) is not read. Save it as JPEG or PNG.",
    )
    P_TOO_MANY_PAGES = (
        "PDF 超过 500 页。请只存要用的几页。",
        "The PDF has more than 500 pages. Save only those you need.",
    )
    P_TOOK_TOO_LONG = (
        "10 秒内没能打开。请截图，再放截图。",
        "It could not be opened within 10 s. Take a screenshot and use that.",
    )
    P_TOO_MUCH_MEMORY = (
        "打开它要的内存太多。请截图，再放截图。",
        "Opening it needs too much memory. Take a screenshot and use that.",
    )
    P_LESSON_FULL = ("这节课的图片已经放满了。", "This lesson holds as many pictures as it may.")
    P_UNKNOWN = ("出了问题（{id}），请再试一次。", "Something went wrong ({id}); please try again.")

    # what could not be kept, by id of Lost
    L_PICTURE_MISSING = ("还没收到的图片", "pictures that have not come")
    L_ORIGINAL_MISSING = ("PDF 原文（换成了图片）", "PDF originals (a picture instead)")
    L_TIMES = ("书写时间", "times of writing")
    L_TURN = ("转过的文字和图片（已摆正）", "turned texts and pictures (made upright)")
    L_GROUND = ("纸面底纹", "rulings of the page")
    L_PICTURE = ("图片", "pictures")
    L_VOICE = ("声音", "voice")
    L_COLOR = ("颜色（换成最近的墨水）", "colours (the nearest ink instead)")
    L_FILL = ("填色", "fills")
    L_DASHES = ("虚线", "dashed lines")
    L_LINE_CAPS = ("线头形状", "line ends")
    L_WIDTH = ("太粗或太细的线", "lines too thick or too thin")
    L_WHITEOUT = ("白色涂改（下面的字已擦掉）", "white-out (what lay under it was rubbed out)")
    L_AUDIO = ("录音", "recordings")
    L_LAYER = ("图层（合成一层）", "layers (made one)")
    L_FONT = ("字体", "fonts")
    L_FORMULA_AS_TEXT = ("公式（成了文字）", "formulas (as text)")
    L_PDF_GROUND = ("背后的 PDF（在另一个文件里）", "the PDF behind (a file of its own)")
    L_GROUND_COLOR = ("纸的颜色", "paper colours")
    L_OUT_OF_RANGE = ("纸外的笔画", "ink outside the page")
    L_UNKNOWN = ("不认识的内容", "content of unknown kinds")


PROBLEMS: Final = {text.name[2:].lower(): text for text in FileText if text.name.startswith("P_")}
LOSSES: Final = {text.name[2:].lower(): text for text in FileText if text.name.startswith("L_")}
MOST_LOSSES: Final = 4


def say_losses(lost: tuple[str, ...], counts: tuple[int, ...]) -> str:
    """What could not be kept, the most first; '' for nothing."""
    if not lost:
        return ""
    rows = sorted(zip(lost, counts, strict=False), key=lambda row: -row[1])
    kinds = [
        say(FileText.LOST_ROW, kind=say(LOSSES.get(name, FileText.L_UNKNOWN)), count=count)
        for name, count in rows[:MOST_LOSSES]
    ]
    if len(rows) > MOST_LOSSES:
        kinds.append(say(FileText.AND_MORE))
    return say(FileText.LOST, kinds=say(FileText.COMMA).join(kinds))


def say_problem(problem: str) -> str:
    """Why a job was not done: the words for its id, or for a refusal of the board."""
    if problem in PROBLEMS:
        return say(PROBLEMS[problem])
    return refusal_reason(problem) or say(FileText.P_UNKNOWN, id=problem)
