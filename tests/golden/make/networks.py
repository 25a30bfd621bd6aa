"""The two mlp_*.json: gradients of small networks and ten steps of torch.optim, in float64."""

import torch
import torch.nn.functional as F

from common import read

torch.set_default_dtype(torch.float64)

OPTIMIZERS = {
    "sgd": lambda p, h: torch.optim.SGD(p, lr=h["lr"]),
    "sgd_momentum": lambda p, h: torch.optim.SGD(p, lr=h["lr"], momentum=h["momentum"]),
    "nesterov": lambda p, h: torch.optim.SGD(p, lr=h["lr"], momentum=h["momentum"], nesterov=True),
    "rmsprop": lambda p, h: torch.optim.RMSprop(p, lr=h["lr"], alpha=h["alpha"], eps=h["eps"]),
    "adagrad": lambda p, h: torch.optim.Adagrad(p, lr=h["lr"], eps=h["eps"]),
    "adam": lambda p, h: torch.optim.Adam(p, lr=h["lr"], betas=(h["beta1"], h["beta2"]), eps=h["eps"]),
    "adamw": lambda p, h: torch.optim.AdamW(
        p, lr=h["lr"], betas=(h["beta1"], h["beta2"]), eps=h["eps"], weight_decay=h["weight_decay"]
    ),
    "sgd_weight_decay": lambda p, h: torch.optim.SGD(p, lr=h["lr"], weight_decay=h["weight_decay"]),
}
ACTIVATIONS = {"tanh": torch.tanh, "relu": F.relu}
LOSSES = {"mse_mean": F.mse_loss, "cross_entropy_mean": F.cross_entropy}


class Network:
    def __init__(self, file):
        leaf = lambda values: torch.tensor(values, requires_grad=True)
        self.weights = [leaf(w) for w in file["weights"]]
        self.biases = [leaf(b) for b in file["biases"]]
        self.activation = ACTIVATIONS[file["activation"]]
        self.loss_of = LOSSES[file["loss"]]
        self.x = leaf(file["x"])
        self.target = torch.tensor(file["target"])

    @property
    def parameters(self):
        return [*self.weights, *self.biases]

    def run(self):
        self.z, self.a = [], []
        a = self.x
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            z = a @ weight.T + bias
            z.retain_grad()
            a = z if layer == len(self.weights) - 1 else self.activation(z)
            self.z.append(z)
            self.a.append(a)
        return self.loss_of(a, self.target)

    def values(self):
        return {"weights": lists(self.weights), "biases": lists(self.biases)}


def lists(tensors):
    return [tensor.tolist() for tensor in tensors]


def trajectory(file, name):
    row = file["optimizers"][name]
    network = Network(file)
    optimizer = OPTIMIZERS[name](network.parameters, row["hyper"])
    losses, after = [], {}
    for step in range(1, 11):
        optimizer.zero_grad()
        loss = network.run()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        if step in (1, 2, 10):
            after[f"after_{step}"] = {**network.values(), "loss": network.run().item()}
    return {**row, "losses_before_each_step": losses, **after}


def network(name):
    file = read(name)
    net = Network(file)
    loss = net.run()
    loss.backward()
    return {
        **file,
        "pre_activations": lists(net.z),
        "outputs": lists(net.a),
        "loss_value": loss.item(),
        "grad_weights": [w.grad.tolist() for w in net.weights],
        "grad_biases": [b.grad.tolist() for b in net.biases],
        "grad_pre_activations": [z.grad.tolist() for z in net.z],
        "grad_x": net.x.grad.tolist(),
        "optimizers": {setting: trajectory(file, setting) for setting in file["optimizers"]},
    }


NAMES = ["mlp_3-5-4_tanh_mse.json", "mlp_4-8-6-3_relu_ce.json"]
FILES = {name: (lambda name=name: network(name)) for name in NAMES}
