"""Why a file was not taken as a picture, and what to do next."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.pictures import PictureTrouble
from teacher_client.ui.texts import Words, say


class PictureText(Words):
    """Text ids; the value is (Chinese, English)."""

    TOO_LARGE = (
        "文件太大。请缩小，或只截取要用的部分。",
        "The file is too large. Make it smaller, or cut out the part you need.",
    )
    ENCRYPTED = (
        "这个 PDF 有密码。请先另存一份没有密码的。",
        "This PDF has a password. Save a copy without one first.",
    )
    DAMAGED = (
        "文件打不开，可能没有存完整。请重新保存或再拍一张。",
        "The file cannot be opened; it may be incomplete. Save it again or take another photo.",
    )
    NOT_A_PICTURE = (
        "这不是图片，也不是 PDF。",
        "This is neither a picture nor a PDF.",
    )
    UNSUPPORTED = (
        "不认识这种图片（如 HEIC）。请另存为 JPEG 或 PNG。",
        "This kind of picture (such as HEIC) is not read. Save it as JPEG or PNG.",
    )
    TOO_MANY_PAGES = (
        "PDF 超过 500 页。请只存要用的几页。",
        "The PDF has more than 500 pages. Save only those you need.",
    )
    TOOK_TOO_LONG = (
        "10 秒内没能打开。请截图，再放截图。",
        "It could not be opened within 10 s. Take a screenshot and use that.",
    )
    TOO_MUCH_MEMORY = (
        "打开它要的内存太多。请截图，再放截图。",
        "Opening it needs too much memory. Take a screenshot and use that.",
    )
    LESSON_FULL = (
        "这节课的图片已经放满了。",
        "This lesson holds as many pictures as it may.",
    )


_TROUBLES: Final = {trouble: PictureText[trouble.name] for trouble in PictureTrouble}


def say_trouble(trouble: PictureTrouble) -> str:
    """Why a file was not taken, in the language in use."""
    return say(_TROUBLES[trouble])
