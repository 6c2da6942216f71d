"""The sample site with a memory: its pages served with a database, and thirty tasks to do on them.

pages -> served, with what is done on them kept -> tasks -> the final state checked
"""

from pathlib import Path

TASKS = Path(__file__).parent / "tasks.jsonl"
