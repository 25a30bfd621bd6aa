"""schedules.json: PyTorch's schedulers, and rates by mpmath with 60 digits."""

import mpmath
import torch
from mpmath import mp, mpf

from common import read


def optimizer(rate, momentum=0.0):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=momentum)


def rates_before(made, scheduler, count):
    """The rate before each step."""
    rates = []
    for step in range(count):
        rates.append(made.param_groups[0]["lr"])
        made.step()
        if step < count - 1:
            scheduler.step()
    return rates


def one_cycle(row):
    made = optimizer(0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        made,
        max_lr=row["maxLearningRate"],
        total_steps=row["totalSteps"],
        pct_start=row["pctStart"],
        div_factor=row["divFactor"],
        final_div_factor=row["finalDivFactor"],
    )
    return {**row, "rates": rates_before(made, scheduler, len(row["rates"]))}


def step_decay(row):
    made = optimizer(row["initialLearningRate"])
    scheduler = torch.optim.lr_scheduler.StepLR(made, step_size=row["every"], gamma=row["factor"])
    return {**row, "rates": rates_before(made, scheduler, len(row["rates"]))}


def plateau(row):
    options = row["options"]
    made = optimizer(options["initialLearningRate"])
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        made,
        mode=options["mode"],
        factor=options["factor"],
        patience=options["patience"] - 1,
        threshold=options["minDelta"],
        threshold_mode="abs",
        cooldown=max(0, options["cooldown"] - 1),
        min_lr=options["minLearningRate"],
        eps=0,
    )
    rates = []
    for measure in row["measures"]:
        scheduler.step(measure)
        rates.append(made.param_groups[0]["lr"])
    return {**row, "rates": rates}


def exponential(initial, rate, steps, step, _):
    return [initial, rate, steps, step, float(mpf(initial) * mpf(rate) ** (mpf(step) / steps))]


def cosine(initial, alpha, steps, step, _):
    fall = (1 + mpmath.cos(mp.pi * step / steps)) / 2
    return [initial, alpha, steps, step, float(mpf(initial) * ((1 - mpf(alpha)) * fall + mpf(alpha)))]


def schedules():
    mp.dps = 60
    present = read("schedules.json")
    return {
        **present,
        "oneCycle": [one_cycle(row) for row in present["oneCycle"]],
        "stepDecay": step_decay(present["stepDecay"]),
        "reduceOnPlateau": [plateau(row) for row in present["reduceOnPlateau"]],
        "exponentialDecay": [exponential(*row) for row in present["exponentialDecay"]],
        "cosineDecay": [cosine(*row) for row in present["cosineDecay"]],
    }


FILES = {"schedules.json": schedules}
