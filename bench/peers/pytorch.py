"""PyTorch's part of the benchmark: reads questions as lines of JSON and answers each with a line. See pytorch.mjs."""
import ctypes
import json
import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def array(described):
    """Returns a copy of an array that was passed as a file."""
    return torch.from_numpy(np.fromfile(described["file"], dtype=described["kind"]).astype(
        np.float32 if described["kind"] == "float32" else np.int64))


class Train:
    """Takes steps of SGD or Adam on given batches; the output is the last loss."""

    def __init__(self, sizes, rows, steps, weights, batches, optimizer, learningRate, **_):
        self.steps, self.kind, self.learning_rate = steps, optimizer, learningRate
        self.batches = [(array(b["floats"]).reshape(rows, sizes[0]), array(b["y"])) for b in batches]
        self.lay_out(sizes, weights)

    def lay_out(self, sizes, weights):
        """Makes the layers; nn.Linear stores kernels as [units, fanIn]."""
        self.start, layers = [], []
        for fan_in, units, given in zip(sizes, sizes[1:], weights):
            layers += [torch.nn.Linear(fan_in, units), torch.nn.ReLU()]
            self.start += [array(given["kernel"]).reshape(fan_in, units).T.contiguous(), array(given["bias"])]
        self.model = torch.nn.Sequential(*layers[:-1])

    def prepare(self):
        with torch.no_grad():
            for parameter, value in zip(self.model.parameters(), self.start):
                parameter.copy_(value)
        make = torch.optim.Adam if self.kind == "adam" else torch.optim.SGD
        self.optimizer = make(self.model.parameters(), lr=self.learning_rate)

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss

    def work(self):
        for i in range(self.steps):
            loss = self.step(*self.batches[i % len(self.batches)])
        self.loss = loss.item()

    def output(self):
        return [self.loss]


class Epoch(Train):
    """Trains an epoch over images that are floats already, in a given order; the output is the mean loss."""

    def __init__(self, sizes, rows, x, y, order, weights, optimizer, learningRate, **_):
        self.kind, self.learning_rate, self.rows = optimizer, learningRate, rows
        self.x, self.y, self.order = array(x).reshape(-1, sizes[0]), array(y), array(order)
        self.lay_out(sizes, weights)

    def work(self):
        total = torch.zeros(())
        for part in self.order.split(self.rows):
            total += self.step(self.x[part], self.y[part]).detach() * len(part)
        self.loss = total.item() / len(self.order)


class Draw:
    """Fills a matrix in place; the output is a summary of its values."""

    def __init__(self, what, shape):
        self.what, self.w = what, torch.empty(*shape)
        self.fill = {
            "normal": lambda w: w.normal_(0, (2 / shape[0]) ** 0.5),
            "truncated": lambda w: torch.nn.init.trunc_normal_(w, 0, 1, -2, 2),
            "orthogonal": torch.nn.init.orthogonal_,
        }[what]

    def prepare(self):
        pass

    def work(self):
        self.fill(self.w)

    def output(self):
        if self.what == "orthogonal":
            return self.w.flatten().tolist()
        return [self.w.mean().item(), self.w.std(unbiased=False).item()]


made = {}
kinds = {"train": Train, "epoch": Epoch, "draw": Draw}


def answer(question):
    action, number = question.pop("do"), question.pop("id")
    if action == "make":
        made[number] = kinds[question.pop("kind")](**question)
        return {}
    if action == "run":
        return {"times": run(made[number], question["ms"], question["slices"])}
    return {"values": made[number].output()}


def run(work, ms, slices):
    """Runs slices without a pause, at least this many and for at least these ms; returns the ms of each."""
    times = []
    while len(times) < slices or sum(times) < ms:
        work.prepare()
        began, processor = time.perf_counter(), time.process_time()
        work.work()
        times.append(1000 * min(time.perf_counter() - began, time.process_time() - processor))
    return times


def blas():
    """Returns the name of the matrix library and of the kernels that it chose for this processor."""
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            found = {line.split()[-1] for line in maps if "openblas" in line}
    except OSError:
        found = set()
    for path in sorted(found):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_corename"):
            library.openblas_get_corename.restype = library.openblas_get_config.restype = ctypes.c_char_p
            version = " ".join(library.openblas_get_config().decode().split()[:2])
            return f"{version}, {library.openblas_get_corename().decode()} kernels"
    name = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    capability = torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, "cpu") else "unknown"
    return f"{name[1] if name else 'unknown BLAS'}, {capability} kernels"


print(json.dumps({"version": torch.__version__, "blas": blas()}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
