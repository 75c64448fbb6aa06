"""Every word about pictures in the chat, Chinese and English side by side."""

from __future__ import annotations

from teacher_client.ui.texts import Words


class ChatText(Words):
    """Text ids; the value is (Chinese, English)."""

    CHAT = ("聊天与图片", "Chat and pictures")
    OPEN_PICTURE = ("看大图", "Open large")
    PUT_ON_BOARD = ("放到板上", "Put on the board")
    PUT_TIP = ("作为新的一页，可以在上面写", "As a new page, to write on")
    PICTURE_OF = ("{name}的图片", "Picture from {name}")
    COMING = ("图片还在路上，来了就能放。", "The picture is on its way; it can be put then.")
    SEND_PICTURE = ("发一张图片", "Send a picture")
    SENDING = ("发送", "Send")
    NOT_NOW = ("现在不能放到板上。", "It cannot be put on the board now.")
