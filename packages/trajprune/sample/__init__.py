"""Our own runs over an invented world, for a first look and for tests (written by `build`)."""

from pathlib import Path

FOLDER = Path(__file__).parent / "runs"
"""Where runs.jsonl lies."""

CORPUS = Path(__file__).parent / "world" / "documents.jsonl"
"""The pages of the same world, to be searched and read."""

QUESTIONS = Path(__file__).parent / "world" / "questions.jsonl"
"""What the runs are asked, with the answers."""
