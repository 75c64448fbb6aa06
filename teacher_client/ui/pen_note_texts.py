"""Words about notes in the pen's memory and their copies, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class NoteText(Words):
    """Text ids; the value is (Chinese, English)."""

    PAGES = ("第 {pages} 页", "p. {pages}")
    PAGES_MORE = ("第 {pages} 页等", "p. {pages} and more")
    STROKES = ("{count} 笔", "{count} strokes")
    DAYS = ("{first} 到 {last}", "{first} to {last}")

    # notes in the pen
    NOTES_HINT = (
        "先复制到这台电脑，读回核对一致，才可以另外从笔里删除。",
        "Copy to this computer first; once read back and equal, delete from the pen on its own.",
    )
    NOTES_TAKES = (
        "注意：这支笔交出一本，就从自己里面删掉这一本，只剩这台电脑上的。",
        "Mind: this pen deletes a book as it hands it out; only this computer's copy remains.",
    )
    NOTES_LIST = ("列出笔里的笔记", "List the notes")
    NOTES_LIST_TIP = ("问笔里存了哪些本子", "Ask the pen which books it has stored")
    NOTES_LISTING = ("正在问笔…", "Asking the pen…")
    NOTES_NONE = ("笔里没有存着的笔记。", "No notes are stored in the pen.")
    NOTES_NOT_LISTED = ("还没有列出。", "Not listed yet.")
    NOTES_MORE = (
        "笔一次列不完；删去一些后再列，会看到其余的。",
        "The pen cannot list all at once; delete some, list again to see the rest.",
    )
    NOTES_FOLDER = ("复制存在：{path}", "Copies are kept in: {path}")
    NOTE_COPY = ("复制", "Copy")
    NOTE_COPY_AGAIN = ("再复制", "Copy again")
    NOTE_COPY_NAMED = ("复制：{name}", "Copy {name}")
    NOTE_STOP = ("停下", "Stop")
    NOTE_STOP_TIP = (
        "停止复制，排队的也不复制了；已到的都在",
        "Stop copying, waiting ones too; what came is kept",
    )
    NOTE_TAKE = ("复制，笔里的会删掉", "Copy, the pen deletes its own")
    NOTE_TAKE_ASK = (
        "笔一交出“{name}”就删掉自己的一份，不能恢复。要复制吗？",
        "The pen deletes its own copy of {name} as it hands it out, for good. Copy it?",
    )
    NOTE_KEEP = ("先不复制", "Not now")
    NOTE_DELETE = ("从笔里删除", "Delete from the pen")
    NOTE_DELETE_NAMED = ("从笔里删除：{name}", "Delete {name} from the pen")
    NOTE_DELETE_AGAIN = ("再按一次，从笔里删除", "Press again to delete from the pen")
    NOTE_DELETE_FIRST = (
        "复制并核对一致后才能删除",
        "Only after a copy was read back and found equal",
    )
    NOTE_DELETE_BY_PEN = (
        "这支笔不能另外删除：交出时自己删",
        "This pen deletes by itself as it hands out, not on demand",
    )
    STORED_NOT_COPIED = ("还没复制", "Not copied")
    STORED_WAITING = ("排队等复制", "Waits to be copied")
    STORED_COPYING = ("正在复制，{copied} / {strokes} 笔", "Copying, {copied} of {strokes} strokes")
    STORED_STARTING = ("正在复制…", "Copying…")
    STORED_VERIFIED = ("已复制，读回核对一致", "Copied, read back and equal")
    STORED_FAILED = ("没有复制成", "Not copied whole")
    STORED_DELETING = ("正在从笔里删除…", "Deleting from the pen…")
    STORED_WITH = ("{state}：{problem}", "{state}: {problem}")
    STORED_DELETED = ("已从笔里删除，复制还在", "Deleted from the pen; the copy stays")
    PROBLEM_NO_PEN = (
        "笔不在或锁着：先连上、解锁。",
        "The pen is away or locked: connect or unlock it first.",
    )
    PROBLEM_NO_MEMORY = (
        "这支笔不存笔记，或者存的读不出来。",
        "This pen stores no notes that can be read.",
    )
    PROBLEM_LINK_LOST = (
        "中途断开，已到的都在：靠近一些，再复制一次。",
        "The link broke, what came is kept: bring the pen nearer and copy again.",
    )
    PROBLEM_SILENT = (
        "笔没有回答：关机再开，再试一次。",
        "The pen did not answer: switch it off and on, then try again.",
    )
    PROBLEM_DAMAGED = (
        "有几段读不出来：靠近一些，再复制一次。",
        "Some of it came damaged: bring the pen nearer and copy again.",
    )
    PROBLEM_INCOMPLETE = (
        "来的比说好的少：再复制一次。",
        "Less came than was promised: copy again.",
    )
    PROBLEM_EMPTY = (
        "笔里已没有这一本：重新列出。",
        "The pen has nothing of this book any more: list again.",
    )
    PROBLEM_STOPPED = (
        "已停下，到了的都在；可以再复制。",
        "Stopped; what came is kept, and it can be copied again.",
    )
    PROBLEM_REFUSED = (
        "笔没有接受：关机再开，再试一次。",
        "The pen refused: switch it off and on, then try again.",
    )
    PROBLEM_BUSY = ("正忙着另一件：等它做完再试。", "Busy with another one: wait, then try again.")
    PROBLEM_NEEDS_CONFIRMATION = (
        "什么也没做：要先确认。再按一次，读完再确认。",
        "Nothing was done: press again, read and confirm.",
    )
    PROBLEM_DISK = (
        "磁盘写不进去：腾出空间，再复制一次。",
        "The disk refuses: make room, copy again.",
    )
    PROBLEM_NOT_VERIFIED = (
        "读回核对不一致：再复制一次。",
        "The copy reads back different: copy again.",
    )
    PROBLEM_NOT_COPIED = (
        "没有核对过的复制，什么也没删：先复制。",
        "No verified copy, nothing deleted: copy first.",
    )
    PROBLEM_GROWN = (
        "复制之后又写过，什么也没删：再复制一次。",
        "Written in since the copy, nothing deleted: copy again.",
    )
    PROBLEM_OTHER_PEN = (
        "复制的是另一支笔的，什么也没删：从这支笔再复制。",
        "The copy is of another pen, nothing deleted: copy from this one.",
    )
    PROBLEM_UNKNOWN_BOOK = ("列表变了：重新列出。", "The list has changed: list again.")
    PROBLEM_UNSURE = (
        "笔没有回答，不知道删了没有：重新列出。",
        "No answer, so it is unsure whether it was deleted: list again.",
    )

    # copies on this computer
    KEPT = ("这台电脑上的复制", "Copies on this computer")
    KEPT_NONE = ("复制过的本子会在这里。", "Books that were copied appear here.")
    KEPT_FAILED = (
        "有的复制读不出来；能读的都在下面。",
        "Some copies cannot be read; what can is below.",
    )
    KEPT_PAGE = ("第 {page} 页 · {strokes}", "Page {page} · {strokes}")
    KEPT_PLACE = ("放进辅导", "Put into the lesson")
    KEPT_PLACE_NAMED = (
        "放进辅导：{name}，第 {page} 页",
        "Put into the lesson: {name}, page {page}",
    )
    KEPT_NO_LESSON = ("辅导开始后才能放进去", "Only while a lesson is on")
    PLACED = ("放好了，{count} 笔。", "Done, {count} strokes.")
    PLACED_NO_LESSON = (
        "没有辅导：开始辅导后再放。",
        "No lesson is on: put it there once one is.",
    )
    PLACED_NO_PAGE = (
        "没有能写的页：先加一页。",
        "No page to write on: add one first.",
    )
    PLACED_NO_INK = ("这一页没有笔迹：再复制一次。", "No ink on this page: copy it again.")
    PLACED_DISK = ("读不出来：磁盘有问题。", "It cannot be read: the disk fails.")
