"""Every word about pages, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class PageText(Words):
    """Text ids; the value is (Chinese, English)."""

    MENU = ("第 {page} 页的菜单", "Menu of page {page}")
    MORE = ("这一页还能做什么", "What can be done with this page")
    NEW_OF_KIND = ("新页：选纸", "New page: choose its paper")
    NEW_BEHIND = ("在后面加一页", "New page behind")
    SHOW = ("翻到这一页", "Turn to this page")
    COPY = ("复制一份", "Duplicate")
    DELETE = ("删除", "Delete")
    HIDE = ("仅自己可见", "Only for me")
    REVEAL = ("给学生看", "Show to pupils")
    ONLY_ME = ("仅自己", "Private")
    ONLY_ME_SAID = ("仅自己可见", "only for you")
    IS_SHOWN = ("正在看", "on screen")
    COPY_PAGE = ("复制这一页", "Duplicate page")
    DELETE_PAGE = ("删除这一页", "Delete page")
    PRIVATE_PAGE = ("这一页仅自己可见，或给学生看", "Page only for me, or for pupils")
    GROUND = ("纸面", "Ground")
    SIZE = ("纸的大小", "Paper size")
    UP = ("往前移", "Move up")
    DOWN = ("往后移", "Move down")
    FIRST = ("移到最前", "Move to the front")
    LAST = ("移到最后", "Move to the end")
    ALREADY_FIRST = ("已经是第一页", "It is the first page")
    ALREADY_LAST = ("已经是最后一页", "It is the last page")
    ONLY_PAGE = ("只有这一页", "It is the only page")
    DELETED = ("第 {page} 页已删除。", "Page {page} was deleted.")
    BRING_BACK = ("撤销", "Undo")

    BLANK = ("空白", "Blank")
    DOTS = ("点阵", "Dots")
    SQUARES = ("方格", "Squares")
    LINES = ("横线", "Lines")
    ENGLISH = ("英语四线", "Four lines (English)")
    TIANZIGE = ("田字格", "Tianzige")
    MUSIC = ("五线谱", "Music")
    AXES = ("坐标系", "Axes")

    A4_PORTRAIT = ("A4 竖放", "A4 portrait")
    A4_LANDSCAPE = ("A4 横放", "A4 landscape")
    WIDE = ("16:9 宽屏", "16:9 screen")
    NOTEBOOK = ("练习本 176 × 250", "Notebook 176 × 250")
