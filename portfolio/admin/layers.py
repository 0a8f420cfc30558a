"""Where the boxes and arrows of a picture of sequences go: from left to right, in layers."""

from collections import defaultdict
from dataclasses import dataclass

from portfolio.models import Product, Sequence, SequenceKind

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 176, 40, 64, 16, 6
LONGEST = 24  # characters that fit into a box


@dataclass(frozen=True)
class Box:
    product: Product
    x: float
    y: float
    is_subject: bool

    @property
    def text(self) -> str:
        name = self.product.name
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + WIDTH / 2, self.y + HEIGHT / 2


@dataclass(frozen=True)
class Arrow:
    path: str
    is_required: bool
    title: str


@dataclass(frozen=True)
class Drawing:
    boxes: list[Box]
    arrows: list[Arrow]
    width: float
    height: float
    box_width: int = WIDTH
    box_height: int = HEIGHT


def drawing(product: Product, steps: list[Sequence]) -> Drawing:
    """The product between what comes before and after it; every arrow points to the right."""
    layers = _layers(product, steps)
    columns = defaultdict(list)
    for each, layer in layers.items():
        columns[layer].append(each)
    tallest = max(len(column) for column in columns.values())
    first = min(columns)
    boxes: dict[Product, Box] = {}
    for layer in sorted(columns):
        column = sorted(columns[layer], key=lambda each: _place(each, steps, boxes))
        top = EDGE + (tallest - len(column)) * (HEIGHT + DOWN) / 2
        for place, each in enumerate(column):
            x = EDGE + (layer - first) * (WIDTH + ACROSS)
            boxes[each] = Box(each, x, top + place * (HEIGHT + DOWN), each == product)
    return Drawing(
        boxes=list(boxes.values()),
        arrows=[_arrow(step, boxes) for step in steps],
        width=2 * EDGE + (max(columns) - first) * (WIDTH + ACROSS) + WIDTH,
        height=2 * EDGE + tallest * (HEIGHT + DOWN) - DOWN,
    )


def _layers(product: Product, steps: list[Sequence]) -> dict[Product, int]:
    """How far each is from the product by the longest way; below 0 what comes before it."""
    layers = {product: 0}
    for _ in range(len(steps)):  # the longest way has at most as many steps as there are
        moved = False
        for step in steps:
            moved |= _pushed(layers, step.before, step.after)
        if not moved:
            break
    return layers


def _pushed(layers: dict[Product, int], before: Product, after: Product) -> bool:
    """Moves what comes before further left, what comes after further right, where needed."""
    left, right = layers.get(before), layers.get(after)
    if right is not None and right <= 0 and (left is None or left >= right):
        layers[before] = right - 1
    elif left is not None and left >= 0 and (right is None or right <= left):
        layers[after] = left + 1
    else:
        return False
    return True


def _place(product: Product, steps: list[Sequence], boxes: dict[Product, Box]) -> tuple:
    """Beside the middle of what it follows, so that few arrows cross; then by name."""
    heights = [boxes[s.before].y for s in steps if s.after == product and s.before in boxes]
    return (sum(heights) / len(heights) if heights else 0, product.name)


def _arrow(step: Sequence, boxes: dict[Product, Box]) -> Arrow:
    start, end = boxes[step.before], boxes[step.after]
    x, y = start.x + WIDTH, start.middle[1]
    to_x, to_y = end.x - 7, end.middle[1]
    bend = (to_x - x) / 2
    return Arrow(
        f"M{x:g},{y:g} C{x + bend:g},{y:g} {to_x - bend:g},{to_y:g} {to_x:g},{to_y:g}",
        step.kind == SequenceKind.REQUIRES,
        str(step),
    )
