"""torch_sequential.json: the output of the nn.Sequential in `meta`, from its stored state; the training is not repeated."""

import torch
from torch import nn

from common import read

torch.set_default_dtype(torch.float64)


def tensor(row):
    kind = torch.int64 if row["dtype"] == "I64" else torch.float64
    return torch.tensor(row["values"], dtype=kind).reshape(row["shape"])


def torch_sequential():
    file = read("torch_sequential.json")
    network = nn.Sequential(
        nn.Linear(3, 5),
        nn.BatchNorm1d(5),
        nn.PReLU(5),
        nn.Dropout(0.25),
        nn.Linear(5, 4),
        nn.PReLU(),
        nn.BatchNorm1d(4, momentum=0.3, eps=1e-3),
        nn.Linear(4, 4, bias=False),
        nn.GELU(approximate="tanh"),
        nn.Linear(4, 3),
        nn.Softmax(dim=1),
    ).eval()
    network.load_state_dict({name: tensor(row) for name, row in file["state"].items()})
    return {**file, "output": network(torch.tensor(file["x"])).tolist()}


FILES = {"torch_sequential.json": torch_sequential}
