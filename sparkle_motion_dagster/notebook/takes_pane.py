"""The pane for takes: what was made in more than one way, and which of it the film has."""

from __future__ import annotations

from ipywidgets import HTML, Button, Dropdown, HBox, IntText, Layout, VBox

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.takes.listing import ItemTakes
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.markup import block, figure, paragraph, picture, table
from sparkle_motion_dagster.server.routes.takes import Directed, TakesOrder

_WIDTH = 220
"""How wide a take's picture is, in CSS pixels."""


class TakesPane(Pane):
    """Shows the takes of the chosen film's items, side by side, and chooses among them.

    Attributes:
        show: Asks which there are.
        item: The item whose takes are shown.
        number: The take that is meant, or how many further ones.
        choose, pin, unpin, more: The buttons.
        result: What is shown.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._run_id = ""
        self._items: dict[str, ItemTakes] = {}
        button = context.tasks.button
        self.show: Button = button("Show takes", "clone", "Show the film's takes", self._load)
        self.item = Dropdown(options=[("no takes yet", "")], description="Item")
        self.number = IntText(value=1, description="Take", layout=Layout(width="160px"))
        self.choose: Button = button(
            "Choose", "check", "The film has this take from its next render on", self._choose
        )
        self.pin: Button = button("Pin", "lock", "It stays as it is", self._pin)
        self.unpin: Button = button("Unpin", "unlock", "It follows the plan", self._unpin)
        self.more: Button = button("More takes", "plus", "So many further ones", self._order)
        self.result = HTML()
        flow = Layout(flex_flow="row wrap", align_items="center")
        buttons = [self.show, self.item, self.number, self.choose, self.pin, self.unpin, self.more]
        self.widget = VBox([HBox(buttons, layout=flow), self.result])
        self.item.observe(lambda _: context.tasks.start(self._list), "value")

    def _load(self) -> None:
        self._run_id = self._context.films.chosen
        shown = str(self.item.value or "")
        listed = self._context.client.takes(self._run_id).items
        self._items = {f"{one.kind} {one.called}": one for one in listed}
        names = list(self._items)
        self.item.options = [(name, name) for name in names] or [("no takes yet", "")]
        self.item.value = shown if shown in self._items else next(iter(names), "")
        self._list()

    def _list(self) -> None:
        item = self._items.get(str(self.item.value or ""))
        if item is None:
            said = paragraph(f"{self._run_id} has one take of everything.", "dim")
            self.result.value = block(said)
            return
        rows = [
            (str(take.number), ", ".join(item.marks(take)), take.differs, ", ".join(take.measured))
            for take in item.takes
        ]
        stale = ", ".join(item.stale)
        notes = [
            *([paragraph("It is pinned.")] if item.is_pinned else []),
            *(
                [paragraph(f"It would be made with another {stale} now.", "warning")]
                if stale
                else []
            ),
            *([paragraph(item.why, "dim")] if item.why else []),
        ]
        shown = table(("Take", "", "Differs by", "Measured"), rows, (0,))
        self.result.value = block(*notes, "".join(self._pictures(item)), shown)

    def _pictures(self, item: ItemTakes) -> list[str]:
        client = self._context.client
        found = []
        for take in item.takes:
            preview = None if take.file is None else take.file.preview
            if preview is not None:
                data = client.download(preview.address)
                seen = picture(data, preview.media_type, f"Take {take.number}", _WIDTH)
                found.append(figure(seen, f"take {take.number}"))
        return found

    def _meant(self) -> ItemTakes:
        item = self._items.get(str(self.item.value or ""))
        if item is None:
            raise InputError("Show the takes of a film that has some, and pick an item.")
        return item

    def _choose(self) -> None:
        number = int(self.number.value)
        self._told(self._context.client.choose_take(self._run_id, self._meant(), number))

    def _pin(self) -> None:
        self._told(self._context.client.pin(self._run_id, self._meant()))

    def _unpin(self) -> None:
        self._told(self._context.client.unpin(self._run_id, self._meant()))

    def _order(self) -> None:
        item = self._meant()
        order = TakesOrder(item=f"{item.stage}/{item.called}", takes=max(int(self.number.value), 1))
        self._context.messages.say(self._context.client.more_takes(self._run_id, order).message)

    def _told(self, done: Directed) -> None:
        self._context.messages.say(done.message)
        self._load()
