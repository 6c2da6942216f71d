"""Which labelled steps a run works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Source(Enum):
    """Where labelled steps come from."""

    sample = "sample"
    labelled = "labelled"
    mind2web = "mind2web"


class HtmlField(Enum):
    """Which of Mind2Web's two forms of a page is read."""

    cleaned = "cleaned_html"
    raw = "raw_html"


@dataclass(kw_only=True)
class DataSettings:
    """A set of pages, what to do on them and where the right answers lie."""

    source: Source = Source.sample
    """sample: our own site in Chromium; labelled: folders with cases.jsonl and saved pages;
    mind2web: Multimodal-Mind2Web."""
    root: str = ""
    """Folder of the data; empty: our own sample, the measurement data, or the hub."""
    sets: list[str] = field(default_factory=list)
    """Names of the sets inside the folder, or of Mind2Web's splits; empty: all there are."""
    keywords: str = "keywords_synonym"
    """Which of a labelled set's keyword columns the filter is said to have given, where a set has
    it; else `keywords`."""
    html: HtmlField = HtmlField.cleaned
    """Which form of Mind2Web's pages is read."""
    added_steps: bool = False
    """Whether Mind2Web's SCROLL and DONE steps are added: for training, not for its figures."""
    limit: int = 0
    """Cases read of each set; 0: all."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.limit < 0:
            raise ValueError(f"limit must be 0 (all) or more, not {self.limit}")
