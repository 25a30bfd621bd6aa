"""losses.json: PyTorch's losses and their gradients in float64."""

import torch
import torch.nn.functional as F

from common import read

torch.set_default_dtype(torch.float64)

# By name: the input, the target, the names of both gradients' columns, and the loss.
LOSSES = {
    "cross_entropy_mean": ("logits", "labels", lambda z, t: F.cross_entropy(z, t)),
    "cross_entropy_sum": ("logits", "labels", lambda z, t: F.cross_entropy(z, t, reduction="sum")),
    "cross_entropy_none": ("logits", "labels", lambda z, t: F.cross_entropy(z, t, reduction="none")),
    "bce_with_logits_mean": ("logits", "targets", F.binary_cross_entropy_with_logits),
    "bce_mean": ("p", "targets", F.binary_cross_entropy),
    "mse_mean": ("pred", "target", F.mse_loss),
    "mse_sum": ("pred", "target", lambda a, t: F.mse_loss(a, t, reduction="sum")),
}


def losses():
    present = read("losses.json")
    made = {}
    for name, (given, target, loss) in LOSSES.items():
        row = present["losses"][name]
        x = torch.tensor(row[given], requires_grad=True)
        value = loss(x, torch.tensor(row[target]))
        made[name] = {**row, "value": value.tolist()}
        if value.dim() == 0:
            value.backward()
            made[name][f"grad_{given}"] = x.grad.tolist()
    return {**present, "losses": made}


FILES = {"losses.json": losses}
