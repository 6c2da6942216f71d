"""network -> the sparsity of every layer as sparsity.json and sparsity.csv."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from common.files import write_json, write_text
from weightprune.export.structure import structure
from weightprune.network import Network, overall
from weightprune.places import count_of


def write_table(network: Network, folder: Path) -> None:
    """Write both files; the JSON also has the sparsity of all layers together."""
    sparsity = network.sparsity()
    rows: list[dict[str, object]] = [
        {
            "layer": layer.name,
            "block": layer.block,
            "kind": layer.kind,
            "d_out": layer.shape[0],
            "d_in": layer.shape[1],
            "zeros": count_of(sparsity[layer.name], layer.weights),
            "sparsity": sparsity[layer.name],
        }
        for layer in network.layers
    ]
    total = overall(sparsity, network.layers)
    write_json(
        folder / "sparsity.json",
        {"sparsity": total, "structure": structure(network), "layers": rows},
    )
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / "sparsity.csv", text.getvalue())
