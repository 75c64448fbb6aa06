"""What the list says, in Chinese and English."""

from __future__ import annotations

from pen_driver.discovery.candidates import Explanation, Reason, ReasonKind

_EXPLANATIONS: dict[Explanation, tuple[str, str]] = {
    Explanation.INCOMING_PORT: (
        "传入端口：只有 Anoto 笔会主动连到这里；其他笔请选它的传出端口。",
        "Incoming port: only an Anoto pen calls in here; for other pens take the outgoing port.",
    ),
    Explanation.MAKERS_LIBRARY: (
        "需要厂商的程序库，本软件不附带；可用“桥接”方式接入。",
        "Needs its maker's library, which is not bundled; a bridge can use it.",
    ),
    Explanation.MANAGEMENT_ONLY: (
        "这根线只能管理笔里的文件，不传笔迹；请用蓝牙连接。",
        "This cable carries files and settings, no live ink; connect over Bluetooth.",
    ),
    Explanation.OFFLINE_ONLY: (
        "这种笔没有实时笔迹。",
        "This pen has no live ink.",
    ),
    Explanation.STORED_NOTES: (
        "笔里存的笔迹，只读；要实时书写请用蓝牙连接。",
        "Ink stored in the pen, read only; for live ink connect over Bluetooth.",
    ),
    Explanation.OTHER_MAKE: (
        "认得这种设备，但本软件还不能读它。",
        "A known device that this program cannot read yet.",
    ),
    Explanation.NO_SIGN: (
        "看不出是不是笔，可以试试。",
        "Nothing says that a pen is here; it may be tried.",
    ),
    Explanation.IN_SOFTWARE: (
        "软件里的笔，用来试用和演示。",
        "A pen in software, for trying things out.",
    ),
    Explanation.NO_BLUETOOTH: (
        "电脑的蓝牙不可用：没有、关着，或没有权限。",
        "This computer's Bluetooth cannot be used: none, switched off, or not permitted.",
    ),
}

_REASONS: dict[ReasonKind, tuple[str, str]] = {
    ReasonKind.SERVICE: ("广播了服务 {}", "offers service {}"),
    ReasonKind.MANUFACTURER: ("广播了厂商数据 {}", "sends manufacturer data {}"),
    ReasonKind.NAME: ("名称含有 {}", "its name contains {}"),
    ReasonKind.MAC_PREFIX: ("地址以 {} 开头", "its address begins with {}"),
    ReasonKind.USB_ID: ("USB 编号 {}", "USB id {}"),
    ReasonKind.STROKE_FILE: ("盘上有笔迹文件 {}", "its disk holds the stroke file {}"),
    ReasonKind.BLUETOOTH_PORT: ("蓝牙串口 {}", "Bluetooth serial port {}"),
    ReasonKind.SERIAL_PORT: ("串口 {}", "serial port {}"),
    ReasonKind.BUILT_IN: ("自带样本 {}", "sample {}"),
    ReasonKind.SYSTEM: ("系统：{}", "system: {}"),
}


def explanation_text(explanation: Explanation, is_chinese: bool) -> str:
    """Return one sentence for people."""
    return _EXPLANATIONS[explanation][0 if is_chinese else 1]


def reason_text(reason: Reason, is_chinese: bool) -> str:
    """Return why in a few words."""
    return _REASONS[reason.kind][0 if is_chinese else 1].format(reason.value)
