"""Shapes and words as SVG. Nothing is told by colour alone: losses are hatched, lines dashed."""

from html import escape

WIDTH, LEFT, RIGHT, TOP, LINE = 720, 56, 14, 16, 26
# Pictures of a few figures are narrow, so that a telephone shows the whole of them.
NARROW, LETTER, CAPTION = 460, 7.2, 18
FONT = "font-family:system-ui,'DejaVu Sans',sans-serif"
NOTHING = "Nothing to draw."
# As files have no page around them, they bring their colours. Blue and orange are told apart by
# everybody, and differ in lightness too.
COLOURS = """
svg{background:#fff}text{FONT;font-size:12px}
.mc-text{fill:#374151}.mc-quiet{fill:#6b7280}.mc-strong{fill:#111827;font-weight:600}
.mc-grid{stroke:#e5e7eb}.mc-join{stroke:#9ca3af;stroke-dasharray:3 3}
.mc-total{fill:#4b5563}.mc-gain{fill:#2563eb}.mc-loss{fill:#f5b971;stroke:#b45309}
.mc-hatch{stroke:#b45309;stroke-width:1.5}
.mc-line{fill:none;stroke:#2563eb;stroke-width:2}.mc-band{fill:#2563eb;fill-opacity:.14}
.mc-dot{fill:#2563eb}.mc-whisker{stroke:#2563eb;stroke-width:2}
.mc-mark{stroke:#b45309;stroke-dasharray:5 4}
.mc-c0{fill:#f3f4f6}.mc-c1{fill:#dbeafe}.mc-c2{fill:#93c5fd}.mc-c3{fill:#2563eb}.mc-c4{fill:#1e3a8a}
.mc-on0,.mc-on1,.mc-on2{fill:#111827}.mc-on3,.mc-on4{fill:#fff}
""".replace("FONT", FONT)
HATCH = (
    '<defs><pattern id="mc-hatched" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><line class="mc-hatch" x1="0" y1="0" x2="0" y2="6"/>'
    "</pattern></defs>"
)


def text(x: float, y: float, words: str, *, kind: str = "text", anchor: str = "start") -> str:
    return (
        f'<text class="mc-{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str) -> str:
    return f'<line class="mc-{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def box(x: float, y: float, width: float, height: float, *, kind: str, title: str = "") -> str:
    """A rectangle; one for a loss is hatched as well."""
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{max(height, 0.5):.1f}"'
    told = f"<title>{escape(title)}</title>" if title else ""
    drawn = f'<rect class="mc-{kind}" {shape}>{told}</rect>'
    if kind == "loss":
        drawn += f'<rect fill="url(#mc-hatched)" {shape} pointer-events="none"/>'
    return drawn


def dot(x: float, y: float, radius: float, title: str) -> str:
    return (
        f'<circle class="mc-dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
        f"<title>{escape(title)}</title></circle>"
    )


def room_for(names: list[str], *, least: int = 40, most: int = 200) -> float:
    """How much room the names need that stand before a picture."""
    return min(max(max(map(len, names), default=0) * LETTER + 18, least), most)


def cut(words: str, most: int) -> str:
    """The words, or their beginning where they are longer than they may be."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def under(words: str, y: float) -> list[str]:
    """What a narrow picture says below its axis: each clause on a line of its own."""
    return [
        text(NARROW / 2, y + CAPTION * place, clause, kind="quiet", anchor="middle")
        for place, clause in enumerate(words.split("; "))
    ]


def shades(y: float, words: list[str]) -> list[str]:
    """What each shade of a grid stands for."""
    parts = []
    for shade, each in enumerate(words):
        x = 14 + shade * (WIDTH - 28) / len(words)
        parts += [box(x, y - 10, 14, 12, kind=f"c{shade}"), text(x + 20, y, each, kind="quiet")]
    return parts


def drawing(parts: list[str], height: float, label: str, *, width: int = WIDTH) -> str:
    """A whole picture; `label` is what it says to who cannot see it."""
    kind = "mc" if width == WIDTH else "mc mc-narrow"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" '
        f'viewBox="0 0 {width} {height:.0f}" '
        f'role="img" aria-label="{escape(label)}">{HATCH}{"".join(parts)}</svg>'
    )


def standalone(picture: str | None, title: str) -> str:
    """A picture with its size, its colours and a title above it."""
    picture = picture or drawing([text(LEFT, 40, NOTHING)], 60, NOTHING)
    head, inner = picture.split(">", 1)
    width, height = map(float, head.split('viewBox="0 0 ')[1].split('"')[0].split())
    size = f"{width:.0f} {height + 34:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height + 34:.0f}" '
        f'viewBox="0 -34 {size}"><title>{escape(title)}</title>'
        f'<style>{COLOURS}</style><rect x="0" y="-34" width="100%" height="100%" fill="#fff"/>'
        f"{text(14, -14, title, kind='strong')}{inner}"
    )
