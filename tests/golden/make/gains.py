"""gains.json: PyTorch's gains, and the deviations and bounds of initializers by their formulas."""

import math

import mpmath
import torch

from common import read


def gain(name):
    if not name.startswith("leaky_relu("):
        return torch.nn.init.calculate_gain(name)
    slope = name[len("leaky_relu(") : -1]
    return torch.nn.init.calculate_gain("leaky_relu", 0.01 if slope.startswith("default") else float(slope))


def truncated_deviation():
    """The standard deviation of N(0, 1) cut at ±2."""
    density = mpmath.npdf(2)
    mass = mpmath.ncdf(2) - mpmath.ncdf(-2)
    return float(mpmath.sqrt(1 - 4 * density / mass))


def target(fan_in, fan_out):
    glorot = math.sqrt(2 / (fan_in + fan_out))
    he = math.sqrt(2 / fan_in)
    he_out = math.sqrt(2 / fan_out)
    truncated = truncated_deviation()
    return {
        "fan_in": fan_in,
        "fan_out": fan_out,
        "glorot_normal_sd": glorot,
        "glorot_uniform_bound": math.sqrt(3) * glorot,
        "he_normal_sd_fan_in": he,
        "he_uniform_bound_fan_in": math.sqrt(3) * he,
        "he_normal_sd_fan_out": he_out,
        "he_uniform_bound_fan_out": math.sqrt(3) * he_out,
        "xavier_tanh_normal_sd_1_over_n": math.sqrt(1 / fan_in),
        "xavier_tanh_uniform_bound_3_over_n": math.sqrt(3 / fan_in),
        "xavier_sigmoid_normal_sd_16_over_n": math.sqrt(16 / fan_in),
        "xavier_sigmoid_uniform_bound": math.sqrt(48 / fan_in),
        "torch_linear_default_bound": math.sqrt(1 / fan_in),
        "glorot_normal_gain_tanh_sd": 5 / 3 * glorot,
        "keras_truncated_normal_sd_parameter_he": he / truncated,
        "keras_truncated_normal_sd_parameter_glorot": glorot / truncated,
    }


def gains():
    present = read("gains.json")
    return {
        **present,
        "calculate_gain": {name: gain(name) for name in present["calculate_gain"]},
        "targets": [target(row["fan_in"], row["fan_out"]) for row in present["targets"]],
        "truncated_normal_2sd": {**present["truncated_normal_2sd"], "sd": truncated_deviation()},
    }


FILES = {"gains.json": gains}
