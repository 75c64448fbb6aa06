"""The doctor's words, in Chinese and English."""

from __future__ import annotations

from pen_driver.cli.examination import Advice, Finding, Step, Verdict

STEPS: dict[Step, tuple[str, str]] = {
    Step.OPENS: ("连接打开", "The link opens"),
    Step.ANSWERS: ("笔有应答", "The pen answers"),
    Step.UNLOCKED: ("没有上锁", "It is not locked"),
    Step.CLOCK: ("时钟已校准", "Its clock is set"),
    Step.STREAMS: ("开始传笔迹", "It streams ink"),
    Step.SAMPLES: ("收到笔迹点", "Samples arrive"),
    Step.QUALITY: ("传输质量", "Quality of the link"),
}

MARKS: dict[Verdict, str] = {
    Verdict.GOOD: "[ok]",
    Verdict.DOUBTFUL: "[?]",
    Verdict.FAILED: "[x]",
    Verdict.OPEN: "[…]",
}

ADVICE: dict[Advice, tuple[str, str]] = {
    Advice.NO_PORT: (
        "端口打不开：检查名称（python -m pen_driver list）；别的程序占用时请关掉它；Linux 下把"
        "自己加入 dialout 组后重新登录；Windows 下选“传出”端口，并先打开笔。",
        "The port cannot be opened: check its name (python -m pen_driver list); close other "
        "programs that use it; on Linux join the group dialout and log in again; on Windows "
        "take the outgoing port, and switch the pen on first.",
    ),
    Advice.NOT_HEARD: (
        "听不到这支笔：打开电脑的蓝牙，打开笔并靠近；若它连着手机，请在手机上断开（一支笔同时只"
        "连一台设备）。",
        "The pen is not heard: switch this computer's Bluetooth on, the pen too, and bring it "
        "near; if it is connected to a phone, disconnect it there (a pen serves one device at "
        "a time).",
    ),
    Advice.NO_LINK: (
        "对方没有应答：检查名称，并确认那边的程序在运行。",
        "Nobody is there: check the name, and that the program at the other end runs.",
    ),
    Advice.SILENT: (
        "端口开着，但什么也没收到：可能选了传入端口、笔关着、或笔正连着别的设备。重开笔再试。",
        "The link is open and silent: an incoming port, a pen that is off, or one that is "
        "connected elsewhere. Switch the pen off and on and try again.",
    ),
    Advice.OTHER_LANGUAGE: (
        "收到了数据，但不是这种笔的：试试 ?protocol=neo1、anoto 或 robotpen；用 capture 录下来"
        "以便查看。",
        "Bytes arrive, but of another kind of pen: try ?protocol=neo1, anoto or robotpen; "
        "record them with capture for a closer look.",
    ),
    Advice.LOCKED: (
        "笔设了密码：在程序的“笔”页面输入，或在终端运行 monitor 输入。输错十次，笔会清空自己。",
        "The pen has a password: type it on the program's pen page, or run monitor at a "
        "terminal. Ten wrong ones wipe the pen.",
    ),
    Advice.CLOCK_REFUSED: (
        "笔没有接受时间：笔迹照常，离线笔记的时间可能不准。",
        "The pen did not take the time: ink works, times of stored notes may be wrong.",
    ),
    Advice.REFUSED: (
        "笔不肯传笔迹：重开笔；若仍不行，用厂商的应用升级固件。",
        "The pen does not start to stream: switch it off and on; if that fails, update its "
        "firmware with its maker's app.",
    ),
    Advice.NOTHING_WRITTEN: (
        "请在点阵纸上多写几笔。若写了也没有：笔帽、笔芯、电量；普通纸不行。",
        "Write some strokes on the dotted paper. If you did: check cap, refill and battery; "
        "plain paper does not work.",
    ),
    Advice.PAPER_UNREADABLE: (
        "摄像头看不清点阵：用配套的纸、重新打印（600 dpi 以上，不缩放），擦净镜头，别把笔放得太"
        "平。",
        "The camera cannot read the paper: use paper with its pattern, print it anew (600 dpi "
        "or more, not scaled), clean the lens, hold the pen less flat.",
    ),
    Advice.ONLY_HOVER: (
        "笔看得到纸，但没有碰到：笔芯没到底，或写得太轻。",
        "The pen sees the paper and never touches it: push the refill in, press a little harder.",
    ),
    Advice.LOSS: (
        "有数据丢失或损坏：靠近一些，远离 USB 3 设备和拥挤的 2.4 GHz Wi-Fi。",
        "Data is lost or damaged: come nearer, keep away from USB 3 plugs and busy 2.4 GHz Wi-Fi.",
    ),
    Advice.LINK_BREAKS: (
        "连接中断过：靠近一些，给笔充电；Windows 下关闭蓝牙适配器的省电选项。",
        "The link broke: come nearer, charge the pen; on Windows switch the Bluetooth "
        "adapter's power saving off.",
    ),
}

WRITE_NOW: tuple[str, str] = (
    "请在点阵纸上写五笔……",
    "Please write five strokes on the dotted paper…",
)


def finding_text(finding: Finding, is_chinese: bool) -> str:
    """Return one line, and a second one with what to do."""
    which = 0 if is_chinese else 1
    line = f"{MARKS[finding.verdict]} {STEPS[finding.step][which]}"
    if finding.detail:
        line += f": {finding.detail}"
    if finding.advice is not None and finding.verdict is not Verdict.GOOD:
        line += f"\n    {ADVICE[finding.advice][which]}"
    return line
