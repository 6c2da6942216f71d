"""Write the sample anew, its runs, documents and questions: `python -m trajprune.sample.build`."""

from common.files import write_bytes
from trajprune.sample import CORPUS, FOLDER, QUESTIONS
from trajprune.sample.build.corpus import documents, questions
from trajprune.sample.build.runs import lines

for path, content in (
    (FOLDER / "runs.jsonl", lines()),
    (CORPUS, documents()),
    (QUESTIONS, questions()),
):
    print(write_bytes(path, b"".join(content)))
