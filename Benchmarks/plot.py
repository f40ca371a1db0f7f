"""Draws time against rows and against columns from what fit.py --json wrote. Usage: plot.py LINES_FILE OUT.svg"""

import json
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcParams["svg.hashsalt"] = "fit"
lines = [json.loads(line) for line in open(sys.argv[1])]
by_rows = sorted((x for x in lines if x["columns"] == 32), key=lambda x: x["rows"])
by_columns = sorted((x for x in lines if x["rows"] == 200_000), key=lambda x: x["columns"])
figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
for axis, points, extent, title in (
    (axes[0], by_rows, "rows", "rows, of 32 features"),
    (axes[1], by_columns, "columns", "features, of 200,000 rows"),
):
    names = sorted({name for point in points for name in point["seconds"]}, key=lambda n: ("train" not in n, n))
    for name in names:
        ours = name.startswith("train")
        known = [point for point in points if name in point["seconds"]]
        axis.plot([p[extent] for p in known], [p["seconds"][name] for p in known], label=name, marker="o", markersize=3,
                  linewidth=2 if ours else 1, linestyle="-" if ours else "--")
    if all(point["pass"] for point in points):
        axis.plot([p[extent] for p in points], [p["pass"] for p in points], label="one pass at memory speed",
                  color="grey", linewidth=1, linestyle=":")
    axis.set(xscale="log", yscale="log", xlabel=title)
    axis.grid(alpha=0.3)
axes[0].set_ylabel("seconds, median")
axes[1].legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.02, 1))
figure.tight_layout()
figure.savefig(sys.argv[2], metadata={"Date": None})
