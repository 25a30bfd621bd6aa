"""batchnorm.json: torch.nn.BatchNorm1d in training and evaluation, alone and in a network, in float64."""

import torch
import torch.nn.functional as F

from common import read

torch.set_default_dtype(torch.float64)


def norm(file, columns):
    made = torch.nn.BatchNorm1d(columns, eps=file["eps"], momentum=file["momentum"])
    with torch.no_grad():
        made.weight.copy_(torch.tensor(file["gamma"]))
        made.bias.copy_(torch.tensor(file["beta"]))
    return made


def gradients(module, x, upstream):
    module.zero_grad()
    x = torch.tensor(x, requires_grad=True)
    y = module(x)
    y.backward(torch.tensor(upstream))
    return {
        "y": y.tolist(),
        "grad_x": x.grad.tolist(),
        "grad_gamma": module.weight.grad.tolist(),
        "grad_beta": module.bias.grad.tolist(),
    }


def running(module, step):
    return {
        f"running_mean_after_{step}": module.running_mean.tolist(),
        f"running_var_after_{step}": module.running_var.tolist(),
    }


def batchnorm():
    file = read("batchnorm.json")
    module = norm(file, 4)
    first = gradients(module, file["x"], file["upstream_grad"])
    x = torch.tensor(file["x"])
    first |= {"batch_mean": x.mean(0).tolist(), "batch_var_biased": x.var(0, unbiased=False).tolist()}
    first |= running(module, 1)
    second_x = file["train_step2"]["x"]
    second = {"x": second_x, "y": module(torch.tensor(second_x)).tolist(), **running(module, 2)}
    module.eval()
    evaluated = gradients(module, file["x"], file["upstream_grad"])
    constant = file["constant_input"]
    plain = torch.nn.BatchNorm1d(4)
    return {
        **file,
        "train_step1": first,
        "train_step2": second,
        "eval_after_2": evaluated,
        "constant_input": {**constant, "y": plain(torch.tensor(constant["x"])).tolist()},
        "mlp_linear_bn_relu_linear_ce": network(file["mlp_linear_bn_relu_linear_ce"]),
    }


def network(row):
    p = {name: torch.tensor(values, requires_grad=True) for name, values in row["parameters"].items()}
    z = F.linear(torch.tensor(row["x"]), p["W1"], p["b1"])
    hidden = F.relu(F.batch_norm(z, None, None, p["gamma"], p["beta"], training=True))
    loss = F.cross_entropy(F.linear(hidden, p["W2"], p["b2"]), torch.tensor(row["labels"]))
    loss.backward()
    return {**row, "loss": loss.item(), "grads": {name: t.grad.tolist() for name, t in p.items()}}


FILES = {"batchnorm.json": batchnorm}
