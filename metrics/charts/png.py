"""From SVG to PNG, by a library that is loaded when first needed."""

SCALE = 2  # points of the picture for each of its units: sharp on paper, too


def as_png(svg: str) -> bytes:
    import vl_convert  # noqa: PLC0415  (80 MB that nobody needs who looks at no PNG)

    return vl_convert.svg_to_png(svg, scale=SCALE)
