"""The window: a row of files, the view of the chosen one, and the commands."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Slot
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
from app.graph_menu import show_graph_menu
from app.looks import Looks
from app.menu import MainMenu, recent_actions, show_recent
from app.panel_commands import PANEL_COMMANDS, SWITCHES
from app.panel_memory import PanelMemory
from app.panels import Panels
from app.rows import Banner, StatusRow, ToolRow
from app.session import Session
from app.settings import Settings
from app.tab_menu import show_tab_menu
from app.tab_strip import TabStrip
from app.workspace import Workspace
from loaders.ir.errors import InspectorError
from viewers.drawing.style import Theme
from viewers.start_page import Entry, StartPage

if TYPE_CHECKING:
    from app.keys_page import KeysPage
    from app.palette import Palette

FIRST_SIZE = (1440, 900)
FRAME_ROOM = 40
"""What the window system's frame and title may add to a window, in pixels."""
MOST_DROPPED = 20
"""Files of one drop that are opened: each costs a process."""
LINES_SHOWN = 5
"""Files on the start page, recent ones before samples: with its button and the menu a
newcomer sees seven controls. Menu and palette have all."""


class MainWindow(QMainWindow):
    """One window. Composes the parts and says what each command does."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings = settings
        self.looks = Looks(settings, theme, self)
        self.setWindowTitle("Layerscope")
        self.start_page = StartPage(self)
        self.strip = TabStrip(self)
        self.workspace = Workspace(self.strip, self.start_page, theme, self)
        self.memory = PanelMemory(settings, self)
        self.banner = Banner(self)
        self.following = Following(self.workspace, self.banner, settings, self)
        self.session = Session(self.workspace, self.banner, settings, self)
        self.desktop = DesktopOffer(self.banner, settings, self.workspace, self)
        self.find_bar = FindBar(lambda: self.workspace.panels, self)
        self.commands = Actions(self, self._does())
        self.recents = recent_actions(self, self._open_recent)
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
        self._menu: MainMenu | None = None
        self._palette: Palette | None = None
        self._keys: KeysPage | None = None
        self._arrange()
        self._connect()
        self._restore()
        self._update()

    # opening

    def open(
        self, path: Path, make_bridge: Callable[[], ReaderBridge] | None = None
    ) -> None:
        """Open a file in a tab of its own."""
        self.workspace.open(path, make_bridge)

    @Slot()
    def choose_files(self) -> None:
        """Let the user choose files to open."""
        from app.dialogs import choose_models

        for path in choose_models(self, self._folder()):
            self.open(path)

    @Slot()
    def choose_folder(self) -> None:
        """Let the user choose a SavedModel folder to open."""
        from app.dialogs import choose_folder

        path = choose_folder(self, self._folder())
        if path is not None:
            self.open(path)

    @Slot()
    def choose_weights(self) -> None:
        """Let the user choose the weights of a description that has none."""
        from app.dialogs import choose_weights

        view = self.workspace.current
        if view is None:
            return
        path = choose_weights(self, view.document.path.parent)
        if path is not None:
            view.reload(path)

    def _open_recent(self, number: int) -> None:
        if number < len(self.settings.recent):
            self.open(self.settings.recent[number])

    @Slot(object)
    def open_dropped(self, paths: Sequence[Path]) -> None:
        """Open files that were dropped together."""
        for path in paths[:MOST_DROPPED]:
            self.open(path)
        if len(paths) > MOST_DROPPED:
            self.banner.say(
                f"{len(paths)} files were dropped; the first {MOST_DROPPED} are opened."
            )

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
        self.start_page.open_asked.connect(self.choose_files)
        self.start_page.file_chosen.connect(self.open)
        self.strip.open_asked.connect(self.choose_files)
        self.strip.menu_asked.connect(self._show_menu)
        self.strip.tab_menu_asked.connect(self._show_tab_menu)
        self.status.warnings_clicked.connect(self._show_whole_model)
        self.workspace.current_changed.connect(self._update)
        self.workspace.view_changed.connect(self._on_view_changed)
        self.workspace.weights_asked.connect(self.choose_weights)
        self.workspace.jobs.failed.connect(self.report)
        self.looks.changed.connect(self.workspace.apply_theme)
        self.drops.dropped.connect(self.open_dropped)

    def _does(self) -> dict[str, Callable[[], None]]:
        """Return what each command does; every part says it of its own commands."""
        return {
            **{
                id: partial(self._with_panels, act)
                for id, act in PANEL_COMMANDS.items()
            },
            **self.workspace.does(),
            **self.looks.does(),
            **self.following.does(),
            **self.session.does(),
            **self.desktop.does(),
            **self.memory.does(lambda: self.workspace.panels),
            **self.find_bar.does(),
            "open": self.choose_files,
            "open-folder": self.choose_folder,
            "weights": self.choose_weights,
            "export": self._export,
            "copy-path": lambda: self._with_path(copy_path),
            "reveal": lambda: self._with_path(show_in_folder),
            "full-screen": self._full_screen,
            "palette": self._show_palette,
            "keys": self._show_keys,
            "about": self._about,
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

    def _show_palette(self) -> None:
        if self._palette is None:
            from app.palette import Palette

            self._palette = Palette(self)
            self._palette.used.connect(self.settings.note_command)
        from app.palette_choices import palette_choices
        from app.samples import samples

        offered = [sample.path for sample in samples()]
        choices = palette_choices(
            self.commands, self.workspace, self.settings.recent, offered, self.open
        )
        self._palette.offer(choices, self.settings.commands_used)

    def _show_keys(self) -> None:
        if self._keys is None:
            from app.keys_page import KeysPage

            self._keys = KeysPage(self)
        self._keys.open()

    def _about(self) -> None:
        from app.dialogs import show_about

        show_about(self)

    def _quit(self) -> None:
        self.close()

    @Slot(int, QPoint)
    def _show_tab_menu(self, number: int, at: QPoint) -> None:
        show_tab_menu(self.workspace, number, at, self)

    @Slot()
    def _show_menu(self) -> None:
        if self._menu is None:
            from app.samples import samples

            offered = {s.path.name: partial(self.open, s.path) for s in samples()}
            self._menu = MainMenu(self.commands, self.recents, offered, self)
        self._menu.prepare(bool(self.settings.recent))
        button = self.strip.menu
        size = self._menu.sizeHint()
        corner = button.mapToGlobal(button.rect().bottomRight())
        corner.setX(corner.x() - size.width())
        self._menu.popup(corner)

    @Slot(str, QPoint)
    def _show_graph_menu(self, box: str, at: QPoint) -> None:
        if (panels := self.workspace.panels) is not None:
            show_graph_menu(panels, box, at, self.commands, self)

    @Slot()
    def _update(self) -> None:
        """Bring every part up to date with the document in front."""
        view = self.workspace.current
        self.tools.setVisible(view is not None)
        self.status.setVisible(view is not None)
        self.banner.leave_file()
        if view is None:
            self._fill_start_page()
            self.setWindowTitle("Layerscope")
        else:
            self.setWindowTitle(f"{view.document.path.name} – Layerscope")
            self._with_panels(self.memory.arrange)
        self._on_view_changed()
        self.following.catch_up()

    @Slot()
    def _on_view_changed(self) -> None:
        view = self.workspace.current
        model = view.document.model if view is not None else None
        self.commands.allow(self.workspace.needs_met() | self.session.needs_met())
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
        self._remember(view)
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

    def _remember(self, view: DocumentView) -> None:
        if self.settings.recent[:1] != [view.document.path]:
            self.settings.add_recent(view.document.path)
            show_recent(self.recents, self.settings.recent)

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
        panels.menu_asked.connect(self._show_graph_menu)
        for widget in (panels.graph, panels.table):
            for action in self.commands.local():
                widget.addAction(action)

    def _fill_start_page(self) -> None:
        from app.samples import samples

        recent = self.settings.recent[:LINES_SHOWN]
        unknown = [sample for sample in samples() if sample.path not in recent]
        offered = unknown[: LINES_SHOWN - len(recent)]
        self.start_page.show_recent([Entry(path, str(path.parent)) for path in recent])
        self.start_page.show_samples([Entry(s.path, s.about) for s in offered])
        self.start_page.setFocus()

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
        self.commands[f"theme-{self.settings.appearance}"].setChecked(True)
        show_recent(self.recents, self.settings.recent)

    def _folder(self) -> Path | None:
        view = self.workspace.current
        if view is not None:
            return view.document.path.parent
        return self.settings.recent[0].parent if self.settings.recent else None
