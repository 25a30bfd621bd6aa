"""train_examples.json: traces of the lectures' network of three samples, by hand-written NumPy gradients."""

import numpy as np

from common import read

RUNS = ["displayed_full", "displayed_per_sample", "zero_full", "zero_per_sample"]


def forward(p, x):
    hidden = x @ p["W_h"].T + p["b_h"]
    a = np.maximum(hidden, 0)
    z = a @ p["W_z"].T + p["b_z"]
    e = np.exp(z - z.max(1, keepdims=True))
    return hidden, a, e / e.sum(1, keepdims=True)


def loss(p, x, y):
    return float(-np.log(forward(p, x)[2][np.arange(len(y)), y]).mean())


def step(p, x, y, rate):
    hidden, a, probabilities = forward(p, x)
    dz = (probabilities - np.eye(3)[y]) / len(y)
    dh = (dz @ p["W_z"]) * (hidden > 0)
    gradients = {"W_h": dh.T @ x, "b_h": dh.sum(0), "W_z": dz.T @ a, "b_z": dz.sum(0)}
    for name in p:
        p[name] = p[name] - rate * gradients[name]


def run(file, name):
    row = file[name]
    x, y = np.array(file["X"]), np.array(file["y"])
    factor = 0.0 if name.startswith("zero") else 1.0
    p = {key: factor * np.array(values, dtype=float) for key, values in file["initial_displayed"].items()}
    after = {}
    last = max(int(epoch) for epoch in row["mean_loss_after"])
    for epoch in range(last + 1):
        if str(epoch) in row["mean_loss_after"]:
            after[str(epoch)] = loss(p, x, y)
        if epoch == last:
            break
        if row["mode"] == "full_batch":
            step(p, x, y, row["lr"])
        else:
            for i in range(len(y)):
                step(p, x[i : i + 1], y[i : i + 1], row["lr"])
    return {**row, "mean_loss_after": after, "final": {key: values.tolist() for key, values in p.items()}}


def train_examples():
    file = read("train_examples.json")
    return {**file, **{name: run(file, name) for name in RUNS}}


FILES = {"train_examples.json": train_examples}
