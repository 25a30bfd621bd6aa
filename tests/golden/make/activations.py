"""activations.json and more_activations.json: PyTorch's activations in float64, and their exact values by mpmath."""

import mpmath
import torch
import torch.nn.functional as F
from mpmath import mp, mpf

from common import read

mp.dps = 400
torch.set_default_dtype(torch.float64)

LAMBDA, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"


def sigma(x):
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def expm1(x):
    return mpmath.expm1(x)


def cumulative(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x):
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def cubic(x):
    return 2 * mpmath.sqrt(2 / mpmath.pi) * (x + mpf("0.044715") * x**3)


def cubic_slope(x):
    return 2 * mpmath.sqrt(2 / mpmath.pi) * (1 + 3 * mpf("0.044715") * x**2)


def mish_gate(x):
    n = mpmath.exp(x) * (mpmath.exp(x) + 2)
    return n / (n + 2)


def mish_gate_slope(x):
    e = mpmath.exp(x)
    n = e * (e + 2)
    return 4 * e * (e + 1) / (n + 2) ** 2


def elu(alpha):
    alpha = mpf(alpha)
    return (
        lambda x: x if x > 0 else alpha * expm1(x),
        lambda x: mpf(1) if x > 0 else alpha * mpmath.exp(x),
    )


def selu(x):
    return mpf(LAMBDA) * (x if x > 0 else mpf(ALPHA) * expm1(x))


def selu_slope(x):
    return mpf(LAMBDA) * (mpf(1) if x > 0 else mpf(ALPHA) * mpmath.exp(x))


def clamp6(x):
    return min(max(x + 3, mpf(0)), mpf(6)) / 6


# By name: PyTorch's function, and the exact value and derivative, the left branch at a kink.
FIRST = {
    "identity": (lambda x: x * 1, None),
    "sigmoid": (torch.sigmoid, (sigma, lambda x: sigma(x) * sigma(-x))),
    "tanh": (torch.tanh, (mpmath.tanh, lambda x: mpmath.sech(x) ** 2)),
    "relu": (F.relu, None),
    "leaky_relu_0.01": (lambda x: F.leaky_relu(x, 0.01), None),
    "prelu_0.1": (lambda x: F.prelu(x, torch.tensor([0.1])), None),
    "prelu_0.25": (lambda x: F.prelu(x, torch.tensor([0.25])), None),
    "elu_1": (lambda x: F.elu(x, 1.0), elu(1)),
    "elu_0.1": (lambda x: F.elu(x, 0.1), elu("0.1")),
    "selu": (F.selu, (selu, selu_slope)),
    "softplus": (F.softplus, None),
    "swish": (F.silu, (lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * sigma(-x)))),
    "gelu_erf": (F.gelu, (lambda x: x * cumulative(x), lambda x: cumulative(x) + x * density(x))),
    "gelu_tanh": (
        lambda x: F.gelu(x, approximate="tanh"),
        (
            lambda x: x * sigma(cubic(x)),
            lambda x: sigma(cubic(x)) * (1 + x * cubic_slope(x) * sigma(-cubic(x))),
        ),
    ),
    "step": (lambda x: (x >= 0) * 1.0 + 0 * x, None),
    "softplus_exact": (
        lambda x: F.softplus(x, threshold=1000),
        (lambda x: mpmath.log1p(mpmath.exp(x)), sigma),
    ),
}
MORE = {
    "mish": (F.mish, (lambda x: x * mish_gate(x), lambda x: mish_gate(x) + x * mish_gate_slope(x))),
    "softsign": (F.softsign, (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2)),
    "hard_sigmoid": (F.hardsigmoid, (clamp6, lambda x: mpf(1) / 6 if -3 < x <= 3 else mpf(0))),
    "hard_swish": (
        F.hardswish,
        (
            lambda x: x * clamp6(x),
            lambda x: mpf(0) if x <= -3 else mpf(1) if x > 3 else (2 * x + 3) / 6,
        ),
    ),
    "squared_relu": (
        lambda x: F.relu(x) ** 2,
        (lambda x: max(x, mpf(0)) ** 2, lambda x: 2 * max(x, mpf(0))),
    ),
}


def vectors(points, function, exact):
    x = torch.tensor(points, requires_grad=True)
    y = function(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    made = {"value": y.tolist(), "derivative": slope.tolist()}
    if exact is not None:
        value, derivative = exact
        made["exact_value"] = [float(value(mpf(z))) for z in points]
        made["exact_derivative"] = [float(derivative(mpf(z))) for z in points]
    return made


def activations():
    present = read("activations.json")
    points = present["x"]
    made = dict(present)
    made["activations"] = {
        name: {**present["activations"][name], **vectors(points, function, exact)}
        for name, (function, exact) in FIRST.items()
    }
    slope = torch.tensor([0.1], requires_grad=True)
    x = torch.tensor(points)
    wrt = [torch.autograd.grad(F.prelu(x[i : i + 1], slope), slope)[0].item() for i in range(len(points))]
    made["activations"]["prelu_0.1"]["derivative_wrt_alpha"] = wrt
    made["derivative_at_zero"] = {}
    for name, vector in made["activations"].items():
        at = [points.index(0.0), points.index(0.0) + 1]
        minus, plus = (vector["derivative"][i] for i in at)
        made["derivative_at_zero"][name] = {
            "derivative_at_minus_zero": minus,
            "derivative_at_plus_zero": plus,
        }
    made["softmax"] = {name: softmax(row) for name, row in present["softmax"].items()}
    return made


def softmax(row):
    z = torch.tensor(row["z"])
    return {
        **row,
        "softmax": F.softmax(z, 0).tolist(),
        "log_softmax": F.log_softmax(z, 0).tolist(),
        "jacobian": torch.autograd.functional.jacobian(lambda v: F.softmax(v, 0), z).tolist(),
    }


def more_activations():
    present = read("more_activations.json")
    made = {name: vectors(present["x"], function, exact) for name, (function, exact) in MORE.items()}
    return {**present, "activations": made}


FILES = {"activations.json": activations, "more_activations.json": more_activations}
