"""Picture files of a row -> how many tokens they take, and their pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from common.training.errors import BadRow, Misfit
from common.training.reader import Reader


def read_picture(path: Path) -> Image.Image:
    """The whole picture in RGB.

    Raises:
        OSError: it is missing, broken, no picture, or absurdly large.
    """
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise OSError(str(error)) from error


def check_picture(path: Path, row: str, reader: Reader) -> int:
    """How many tokens the picture takes. Raises `BadRow` where it cannot be read.

    It is read whole: a file that ends too early shows only so, and not in the middle of a night.
    """
    try:
        width, height = read_picture(path).size
        images = reader.processor.image_processor
        patches: int = images.get_number_of_image_patches(height, width)
    except (OSError, ValueError) as error:
        raise BadRow(
            Misfit.broken_image,
            f"row {row}: image {path} cannot be read ({error}): replace the file, or the row",
        ) from error
    merged: int = images.merge_size**2
    return patches // merged


def unfold(
    values: Sequence[int], input_ids: Sequence[int], pictures: Sequence[int], reader: Reader
) -> list[int]:
    """`values` with each picture's one place repeated for all tokens that it takes."""
    if not pictures:
        return list(values)
    counts = iter(pictures)
    unfolded: list[int] = []
    for value, token in zip(values, input_ids, strict=True):
        times = next(counts) if token == reader.processor.image_token_id else 1
        unfolded += [value] * times
    return unfolded
