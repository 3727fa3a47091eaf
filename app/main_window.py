"""The window: a row of files, the view of the chosen one, and the commands."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.actions import Actions
from app.color_button import ColorButton
from app.desktop.offer import DesktopOffer
from app.document_view import DocumentView
from app.drop_target import DropTarget, let_drops_through
from app.engine.bridge import ReaderBridge
from app.file_place import copy_path, show_in_folder
from app.find_bar import FindBar
from app.following import Following
from app.looks import Looks
from app.opening import Opening
from app.panel_commands import PANEL_COMMANDS, SWITCHES
from app.panel_memory import PanelMemory
from app.panels import Panels
from app.popups import Popups
from app.rows import Banner, StatusRow, ToolRow
from app.session import Session
from app.settings import Settings
from app.tab_strip import TabStrip
from app.workspace import Workspace
from loaders.ir.errors import InspectorError
from viewers.drawing.style import Theme
from viewers.plain import short_name
from viewers.start_page import StartPage

FIRST_SIZE = (1440, 900)
FRAME_ROOM = 40
"""What the window system's frame and title may add to a window, in pixels."""


class MainWindow(QMainWindow):
    """One window. Composes the parts and says what each command does."""

    def __init__(self, settings: Settings, theme: Theme, appearance: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.looks = Looks(settings, theme, appearance, self)
        self.setWindowTitle("Layerscope")
        self.start_page = StartPage(self)
        self.strip = TabStrip(self)
        self.workspace = Workspace(self.strip, self.start_page, theme, self)
        self.memory = PanelMemory(settings, self)
        self.banner = Banner(self)
        self.following = Following(self.workspace, self.banner, settings, self)
        self.session = Session(self.workspace, self.banner, settings, self)
        self.desktop = DesktopOffer(self.banner, settings, self.workspace, self)
        self.opening = Opening(self.workspace, self.banner, settings, self)
        self.popups = Popups(self.workspace, self.opening, settings, self)
        self.find_bar = FindBar(lambda: self.workspace.panels, self)
        self.commands = self.popups.actions = Actions(self, self._does())
        self.tools = ToolRow(
            [self.commands["open"], self.commands["export"]],
            [self.commands["fit"]],
            self,
        )
        self.color = ColorButton(self)
        self.tools.add_right(self.find_bar.field)
        self.tools.add_right(self.color)
        self.status = StatusRow(self)
        self.drops = DropTarget(self)
        self._arrange()
        self._connect()
        self._restore()
        self._update()

    # opening

    def open(
        self, path: Path, make_bridge: Callable[[], ReaderBridge] | None = None
    ) -> None:
        """Open a file in a tab of its own."""
        self.opening.open(path, make_bridge)

    def report(self, error: InspectorError) -> None:
        """Show an error that belongs to no tab."""
        self.banner.say(str(error))

    # the end

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.settings.remember_state("window", self.saveGeometry())
        self.session.end()
        self.settings.save()
        self.following.files.close()
        self.workspace.close_all()
        super().closeEvent(event)

    # inside

    def _arrange(self) -> None:
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.strip, self.tools, self.banner):
            column.addWidget(part)
        column.addWidget(self.workspace.stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)

    def _connect(self) -> None:
        self.color.chosen.connect(self._paint)
        self.memory.changed.connect(self._show_switches)
        self.start_page.open_asked.connect(self.opening.choose_files)
        self.start_page.file_chosen.connect(self.open)
        self.strip.open_asked.connect(self.opening.choose_files)
        self.strip.menu_asked.connect(self._show_menu)
        self.strip.tab_menu_asked.connect(self.popups.show_tab_menu)
        self.status.warnings_clicked.connect(self._show_whole_model)
        self.workspace.current_changed.connect(self._update)
        self.workspace.view_changed.connect(self._on_view_changed)
        self.workspace.weights_asked.connect(self.opening.choose_weights)
        self.workspace.jobs.failed.connect(self.report)
        self.looks.changed.connect(self.workspace.apply_theme)
        self.drops.dropped.connect(self.opening.open_dropped)

    def _does(self) -> dict[str, Callable[[], None]]:
        """Return what each command does; every part says it of its own commands."""
        return {
            **{
                id: partial(self._with_panels, act)
                for id, act in PANEL_COMMANDS.items()
            },
            **self.workspace.does(),
            **self.opening.does(),
            **self.popups.does(),
            **self.looks.does(),
            **self.following.does(),
            **self.session.does(),
            **self.desktop.does(),
            **self.memory.does(lambda: self.workspace.panels),
            **self.find_bar.does(),
            "export": self._export,
            "copy-path": lambda: self._with_path(copy_path),
            "reveal": lambda: self._with_path(show_in_folder),
            "full-screen": self._full_screen,
            "color": self._choose_color,
            "quit": self._quit,
        }

    def _with_panels(self, act: Callable[[Panels], None]) -> None:
        if (panels := self.workspace.panels) is not None:
            act(panels)

    def _with_path(self, act: Callable[[Path], None]) -> None:
        if (view := self.workspace.current) is not None:
            act(view.document.path)

    @Slot()
    def _show_whole_model(self) -> None:
        self._with_panels(Panels.show_whole_model)

    def _export(self) -> None:
        from app.dialogs import export_picture

        view = self.workspace.current
        if view is None:
            return
        try:
            saved = export_picture(self, view, self.looks.theme)
        except InspectorError as error:
            self.report(error)
            return
        if saved is not None:
            self.banner.say(f"The graph was saved as {saved}.")

    def _choose_color(self) -> None:
        self.color.showMenu()

    def _full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _quit(self) -> None:
        self.close()

    @Slot()
    def _show_menu(self) -> None:
        self.popups.show_menu(self.strip.menu)

    @Slot()
    def _update(self) -> None:
        """Bring every part up to date with the document in front."""
        view = self.workspace.current
        self.tools.setVisible(view is not None)
        self.status.setVisible(view is not None)
        self.banner.leave_file()
        if view is None:
            self.opening.fill(self.start_page)
            self.start_page.setFocus()
            self.setWindowTitle("Layerscope")
        else:
            self.setWindowTitle(f"{short_name(view.document.path.name)} – Layerscope")
            self._with_panels(self.memory.arrange)
        self._on_view_changed()
        self.following.catch_up()

    @Slot()
    def _on_view_changed(self) -> None:
        view = self.workspace.current
        model = view.document.model if view is not None else None
        self.commands.allow(
            self.workspace.needs_met()
            | self.session.needs_met()
            | self.opening.needs_met()
        )
        self._show_switches()
        self.tools.show_usable()
        self.color.setVisible(self.commands["color"].isEnabled())
        self.find_bar.refresh()
        self._allow_weights(view)
        summary = view.panels.summary if view is not None and view.panels else None
        if view is None or model is None or summary is None:
            self.status.show_model("", None)
            return
        self.status.show_model(summary.status, summary.warnings)
        self.opening.remember(view.document.path)
        if view.panels is not None:
            self._dress(view.panels)

    @Slot(str)
    def _paint(self, measure: str) -> None:
        self._with_panels(lambda panels: panels.paint.choose(measure))

    @Slot()
    def _show_switches(self) -> None:
        """Put the check marks where they belong, and name what is painted."""
        if (panels := self.workspace.panels) is not None:
            for id, is_on in SWITCHES.items():
                self.commands[id].setChecked(is_on(panels))
            for part in self.memory.parts:
                self.commands[part].setChecked(self.memory.is_shown(part))
            self.color.offer(panels.paint.measures, panels.paint.chosen)

    def _allow_weights(self, view: DocumentView | None) -> None:
        """Offer to choose weights only where a description lacks them."""
        offer = view is not None and view.takes_weights
        self.commands["weights"].setVisible(offer)
        self.commands["weights"].setEnabled(offer)

    def _dress(self, panels: Panels) -> None:
        """Give panels that are new the remembered arrangement and the local keys."""
        if panels.property("dressed"):
            return
        panels.setProperty("dressed", True)
        self.memory.dress(panels)
        self.find_bar.dress(panels)
        let_drops_through(panels)
        panels.drawing.arranged.connect(self._show_switches)
        panels.paint.changed.connect(self._show_switches)
        panels.menu_asked.connect(self.popups.show_graph_menu)
        for widget in (panels.graph, panels.table):
            for action in self.commands.local():
                widget.addAction(action)

    def _restore(self) -> None:
        geometry = self.settings.state("window")
        if geometry is None or not self.restoreGeometry(geometry):
            screen = QGuiApplication.primaryScreen().availableSize()
            width, height = FIRST_SIZE
            # The frame around a window is not known before it is shown.
            room = screen - QSize(FRAME_ROOM, FRAME_ROOM)
            self.resize(min(width, room.width()), min(height, room.height()))
        for part in self.memory.parts:
            self.commands[part].setChecked(self.memory.is_shown(part))
        self.commands["watch"].setChecked(self.following.is_on)
        self.commands["open-last"].setChecked(self.session.is_on)
        self.commands[f"theme-{self.looks.appearance}"].setChecked(True)
