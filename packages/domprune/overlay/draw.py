"""screenshot, elements, pruned -> two pictures: all candidates before, the ranked few after.

The one file that imports Pillow.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from domprune.overlay.geometry import SEAM, Rectangle, Slice, choose_slices, place_tags, shown_parts
from domprune.types import Element, Gold, Pruned

TAGGED = 60
"""So many ranks get a number; further ones only a box, or numbers would hide the page."""
PREVIEW_BYTES = 90_000
"""Size of an embedded picture: 40 examples of two come to less than 10 MB of HTML."""

CANDIDATE = (59, 111, 212)
FIRST, LAST = (215, 38, 61), (74, 111, 165)  # white digits keep a contrast of 4.9 on both
GOLD = (28, 124, 60)
WHITE, BAR = (255, 255, 255), (84, 90, 95)
FADE = 0.6
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """A text of a font size (pixels) on a filled tag that belongs near its target."""

    text: str
    size: int
    colour: Colour
    target: Rectangle


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two PNG files that show the same part of a page."""

    before: bytes
    after: bytes


def overlay(
    screenshot: bytes,
    before: Sequence[Element],
    pruned: Pruned,
    gold: Gold | None,
    word: str = "gold",
) -> Overlay:
    """Return the page with all candidates boxed, and with the kept ones boxed, ranked and lit.

    In the second picture all but the kept elements fades; rank 1 has the strongest box, ranks run
    from red to blue, and gold is dashed in green, with a word where it was not kept. Pages taller
    than `TALLEST` are cut to the slices that hold gold and the best ranks. Elements without a box
    are left out. Equal arguments give equal bytes.

    Args:
        screenshot: PNG of the whole page at scale 1, so that its pixels are CSS pixels.
        before: all elements of the snapshot.
        pruned: what was kept, best first.
        gold: the right answer, None where it is not known.
        word: what the dashed elements are called.

    Raises:
        PIL.UnidentifiedImageError: the screenshot is no picture.
    """
    with Image.open(io.BytesIO(screenshot)) as image:
        page = image.convert("RGB")
    kept = [scored.element for scored in pruned.kept]
    wanted = _gold_elements(before, kept, gold)
    focus = [element.box for element in (*wanted, *kept) if element.box]
    slices = choose_slices(page.height, focus)
    picture = _cut(page, slices)
    first = _with_candidates(picture, slices, before)
    second = _with_ranks(picture, slices, kept, wanted, word)
    _write_seams(first, slices)
    _write_seams(second, slices)
    return Overlay(_png(first), _png(second))


def preview(picture: bytes, width: int) -> bytes:
    """Return the picture as a JPEG at most `width` pixels wide and `PREVIEW_BYTES` large.

    What stays too large is saved with less quality, and then at ever smaller size.
    """
    with Image.open(io.BytesIO(picture)) as image:
        whole: Image.Image = image.convert("RGB")
    while True:
        small = whole
        if small.width > width:
            height = max(1, round(whole.height * width / whole.width))
            small = whole.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        for quality in (75, 60, 45):
            stream = io.BytesIO()
            small.save(stream, "JPEG", quality=quality, optimize=True)
            if stream.tell() <= PREVIEW_BYTES:
                return stream.getvalue()
        width = min(width, whole.width) * 3 // 4


def _gold_elements(
    elements: Iterable[Element], kept: Iterable[Element], gold: Gold | None
) -> list[Element]:
    """Return what is labelled and, of what acts as the same control, what was kept.

    Where extraction lost the labelled element, all of the same control stands for it.
    """
    if gold is None:
        return []
    twins = gold.same_control & {element.id for element in kept}
    ids = gold.exact | twins or gold.same_control
    return [element for element in elements if element.id in ids]


def _cut(page: Image.Image, slices: Sequence[Slice]) -> Image.Image:
    last = slices[-1]
    picture = Image.new("RGB", (page.width, last.at + last.bottom - last.top), WHITE)
    for part in slices:
        picture.paste(page.crop((0, part.top, page.width, part.bottom)), (0, part.at))
    return picture


def _write_seams(picture: Image.Image, slices: Sequence[Slice]) -> None:
    """Say between two slices how much of the page is missing there."""
    draw = ImageDraw.Draw(picture)
    for upper, lower in pairwise(slices):
        draw.rectangle((0, lower.at - SEAM, picture.width, lower.at - 1), fill=BAR)
        note = f"{lower.top - upper.bottom:,} pixels of the page left out"
        spot = (picture.width // 2, lower.at - SEAM // 2)
        draw.text(spot, note, WHITE, _font(16), anchor="mm")


def _with_candidates(
    picture: Image.Image, slices: Sequence[Slice], elements: Iterable[Element]
) -> Image.Image:
    shown = picture.copy()
    placed = [spot for item in elements for spot in shown_parts(item.box, slices, picture.width)]
    tint = Image.new("L", picture.size, 0)  # one mask, so that nested boxes do not add up
    draw = ImageDraw.Draw(tint)
    for spot in placed:
        draw.rectangle(spot.corners, fill=26)
    shown.paste(CANDIDATE, mask=tint)
    draw = ImageDraw.Draw(shown)
    for spot in placed:
        draw.rectangle(spot.corners, outline=CANDIDATE)
    return shown


def _with_ranks(
    picture: Image.Image,
    slices: Sequence[Slice],
    kept: Sequence[Element],
    gold: Sequence[Element],
    word: str,
) -> Image.Image:
    limits = Rectangle(0, 0, *picture.size)
    shown = Image.blend(picture, Image.new("RGB", picture.size, WHITE), FADE)
    labels = [
        Label(str(rank), 24 if rank == 1 else 18, _rank_colour(rank, len(kept)), spot)
        for rank, element in enumerate(kept, start=1)
        for spot in _first_part(element, slices, picture.width)
    ]
    for label in labels:
        spot = label.target
        shown.paste(picture.crop((spot.left, spot.top, spot.right, spot.bottom)), spot.corners[:2])
    draw = ImageDraw.Draw(shown)
    for label in reversed(labels):
        thick = _thickness(int(label.text))
        frame = label.target.grown(thick, limits)
        draw.rectangle(frame.corners, outline=label.colour, width=thick)
    word = word if {e.id for e in kept} & {e.id for e in gold} else f"{word}, not kept"
    frames = [
        spot.grown(7, limits)
        for element in gold
        for spot in _first_part(element, slices, picture.width)
    ]
    for frame in frames:
        _dash(draw, frame)
    golden = [Label(word, 18, GOLD, frame) for frame in frames]
    _tag(draw, [*labels[:TAGGED], *golden], limits)
    return shown


def _first_part(element: Element, slices: Sequence[Slice], width: int) -> list[Rectangle]:
    return list(shown_parts(element.box, slices, width))[:1]


def _thickness(rank: int) -> int:
    return 5 if rank == 1 else 3 if rank <= 3 else 2


def _rank_colour(rank: int, ranks: int) -> Colour:
    share = (rank - 1) / max(1, ranks - 1)
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(FIRST, LAST, strict=True)
    )  # fmt: skip
    return red, green, blue


def _dash(draw: ImageDraw.ImageDraw, frame: Rectangle) -> None:
    """Draw a dashed frame, a dash at each corner, over white so that it shows on any page."""
    left, top, right, bottom = frame.corners
    draw.rectangle(frame.corners, outline=WHITE, width=3)
    for start in range(left, right + 1, 16):
        end = min(right, start + 9)
        draw.rectangle((start, top, end, top + 2), fill=GOLD)
        draw.rectangle((start, bottom - 2, end, bottom), fill=GOLD)
    for start in range(top, bottom + 1, 16):
        end = min(bottom, start + 9)
        draw.rectangle((left, start, left + 2, end), fill=GOLD)
        draw.rectangle((right - 2, start, right, end), fill=GOLD)


def _tag(draw: ImageDraw.ImageDraw, labels: Sequence[Label], limits: Rectangle) -> None:
    """Write each label on a filled tag near its target, where it hides least."""
    sizes = [
        (round(draw.textlength(label.text, _font(label.size))) + label.size // 2, label.size + 5)
        for label in labels
    ]
    spots = place_tags(sizes, [label.target for label in labels], limits)
    for label, spot in reversed(list(zip(labels, spots, strict=True))):
        draw.rounded_rectangle(spot.corners, radius=3, fill=label.colour, outline=WHITE)
        centre = ((spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2)
        draw.text(centre, label.text, WHITE, _font(label.size), anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=4)
    return stream.getvalue()
