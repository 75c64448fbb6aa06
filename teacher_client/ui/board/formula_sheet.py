"""A sheet for formulas: LaTeX with what it looks like, and common parts to press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from signaling_server.protocol.ids import ItemId
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.texts import formula_path
from teacher_client.geometry.boxes import Point
from teacher_client.lesson.board_commands import PutItems
from teacher_client.ui.board.desk import Desk
from teacher_client.ui.board.typed import placed_formula, shown_size
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.parts import Label, text_button
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme

if TYPE_CHECKING:
    from teacher_client.formulas import Outline

WAIT_MS: Final = 150
SIZES: Final = (
    (BoardText.SIZE_SMALL, 450),
    (BoardText.SIZE_MIDDLE, 650),
    (BoardText.SIZE_LARGE, 950),
)
ROOM: Final = "□"
"""Where the cursor goes in a part; what was marked comes in its place."""
PARTS: Final = (
    ("a⁄b", r"\frac{□}{}"),
    ("√", r"\sqrt{□}"),
    ("ⁿ√", r"\sqrt[3]{□}"),
    ("xⁿ", r"□^{2}"),
    ("xₙ", r"□_{1}"),
    ("±", r"\pm □"),
    ("×", r"\times □"),
    ("÷", r"\div □"),
    ("≠", r"\neq □"),
    ("≤", r"\leq □"),
    ("≥", r"\geq □"),
    ("≈", r"\approx □"),
    ("π", r"\pi □"),
    ("α", r"\alpha □"),
    ("β", r"\beta □"),
    ("θ", r"\theta □"),
    ("Δ", r"\Delta □"),
    ("∠", r"\angle □"),
    ("△", r"\triangle □"),
    ("⊥", r"\perp □"),
    ("∥", r"\parallel □"),
    ("°", r"□^{\circ}"),
    ("∵", r"\because □"),
    ("∴", r"\therefore □"),
    ("→", r"\rightarrow □"),
    ("⇒", r"\Rightarrow □"),
    ("⇌", r"\rightleftharpoons □"),
    ("∞", r"\infty □"),
    ("Σ", r"\sum_{i=1}^{n} □"),
    ("{", r"\begin{cases} □ \\ \end{cases}"),
    ("|x|", r"\left| □ \right|"),
    ("( )", r"\left( □ \right)"),
    ("x̅", r"\overline{□}"),
    ("v⃗", r"\vec{□}"),
    ("文", r"\text{□}"),
)
COLUMNS: Final = 7
LARGEST: Final = 0.06
"""Pixels per 1/100 mm."""


class FormulaPicture(QWidget):
    """A formula's outline, as large as fits."""

    def __init__(self) -> None:
        super().__init__()
        self._shape: Outline | None = None
        self.setMinimumHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say(BoardText.FORMULA_PREVIEW))

    def show_shape(self, shape: Outline | None) -> None:
        """Show another formula, or none."""
        self._shape = shape
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(200, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().color("line"))
        painter.setBrush(theme().color("bg.surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        path = None if self._shape is None else formula_path(self._shape.path)
        if self._shape is None or path is None:
            return
        wide, high = self._shape.width, self._shape.height
        scale = min((self.width() - 24) / wide, (self.height() - 24) / high, LARGEST)
        painter.translate((self.width() - wide * scale) / 2, (self.height() - high * scale) / 2)
        painter.scale(scale, scale)
        painter.fillPath(path, theme().color("text.1"))


class FormulaSheet(SideSheet):
    """Type, see, place; a formula that is there can be changed."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, say(BoardText.FORMULA))
        self._desk = desk
        self._at: Point | None = None
        self._edits: ItemId | None = None
        self._shape: Outline | None = None
        self._size = SIZES[1][1]
        self.field = QPlainTextEdit()
        self.field.setAccessibleName(say(BoardText.FORMULA_FIELD))
        self.field.setPlaceholderText(say(BoardText.FORMULA_EXAMPLE))
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(76)
        self.picture = FormulaPicture()
        self.problem = Label(say(BoardText.FORMULA_EMPTY), "smallDim")
        self.problem.setWordWrap(True)
        self.put = text_button(say(BoardText.PUT), "Ctrl+Enter", "primary")
        self._sizes = [text_button(say(words), "", "plain") for words, _ in SIZES]
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self.look)
        self.field.textChanged.connect(self._wait.start)
        self._build()
        self._choose_size(self._size)

    def write(self, at: Point | None) -> None:
        """A new formula at a place of the page, else in the middle of what is in view."""
        self._at, self._edits = at, None
        self.open()

    def edit(self, item: TextItem) -> None:
        """The source of a formula that is there."""
        (x, y), _, _ = item.corners
        self._at, self._edits = (x, y), item.id
        self._choose_size(shown_size(item))
        self.field.setPlainText(item.body.text)
        self.look()
        self.open()

    def first_field(self) -> QWidget:
        return self.field

    def look(self) -> None:
        """Set what is typed, and say what is wrong with it."""
        from teacher_client.formulas import FormulaError, outline  # loads slowly, and seldom

        self._wait.stop()
        try:
            self._shape = outline(self.field.toPlainText(), self._size)
        except FormulaError as exc:
            self._shape = None
            self.problem.show_text(say(BoardText[f"FORMULA_{_WHY[exc.reason.value]}"]))
        else:
            self.problem.show_text("")
            self.picture.show_shape(self._shape)
        self.put.setEnabled(self._shape is not None)
        self.put.setToolTip("Ctrl+Enter" if self._shape is not None else self.problem.text())

    def place_formula(self) -> None:
        """Ask for it on the board."""
        self.look()
        page, shape = self._desk.page, self._shape
        if page is None or shape is None:
            return
        left, top, right, bottom = self._desk.visible()
        middle = ((left + right - shape.width) / 2, (top + bottom - shape.height) / 2)
        at = self._at if self._at is not None else middle
        source = self.field.toPlainText().strip()
        text = placed_formula(source, shape, self._size, at, self._desk.ink_style.ink)
        erases = () if self._edits is None else (self._edits,)
        self._desk.do(PutItems(page.number, erases=erases, texts=(text,)))
        self._at, self._edits = None, None
        self.field.clear()
        self.leave()

    def insert(self, part: str) -> None:
        """Put a part at the cursor; what is marked goes into it."""
        cursor = self.field.textCursor()
        before, _, after = part.partition(ROOM)
        marked = cursor.selectedText()
        cursor.insertText(before + marked + after)
        back = len(after)
        cursor.setPosition(cursor.position() - back)
        self.field.setTextCursor(cursor)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_size(self, size: int) -> None:
        self._size = size
        for button, (_, one) in zip(self._sizes, SIZES, strict=True):
            button.setChecked(one == size)
        if self.field.toPlainText():
            self.look()

    def _build(self) -> None:
        self.column.addWidget(self.field)
        self.column.addWidget(self.picture)
        self.column.addWidget(self.problem)
        sizes = QHBoxLayout()
        sizes.addWidget(Label(say(BoardText.SIZE), "smallDim"))
        for button, (_, size) in zip(self._sizes, SIZES, strict=True):
            button.setCheckable(True)
            button.clicked.connect(lambda _on, chosen=size: self._choose_size(chosen))
            sizes.addWidget(button)
        sizes.addStretch()
        sizes.addWidget(self.put)
        self.column.addLayout(sizes)
        self.column.addWidget(Label(say(BoardText.FORMULA_PARTS), "heading"))
        grid = QGridLayout()
        grid.setSpacing(4)
        for i, (shown, part) in enumerate(PARTS):
            button = text_button(shown, part.replace(ROOM, ""), "part")
            button.setAccessibleName(part.replace(ROOM, " "))
            button.clicked.connect(lambda _on, chosen=part: self.insert(chosen))
            grid.addWidget(button, i // COLUMNS, i % COLUMNS)
        self.column.addLayout(grid)
        self.column.addStretch()
        self.put.clicked.connect(self.place_formula)
        self.put.setEnabled(False)
        self.put.setShortcut("Ctrl+Return")


_WHY: Final = {"empty": "EMPTY", "syntax": "SYNTAX", "too_long": "LONG"}
