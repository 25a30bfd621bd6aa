"""Prints the parameters after three steps of torch.optim, as `tests/optimizer-steps.test.ts` holds them."""

import torch

torch.set_default_dtype(torch.float64)

START = [1, -0.5, 0.25]
GRADIENTS = [[0.5, -0.25, 0.125], [0.25, 0.5, -0.375], [-0.125, 0.375, 0.25]]
O = torch.optim
OPTIMIZERS = {
    "SGD(lr=0.1)": lambda p: O.SGD(p, lr=0.1),
    "SGD(lr=0.1, momentum=0.9)": lambda p: O.SGD(p, lr=0.1, momentum=0.9),
    "SGD(lr=0.1, momentum=0.9, nesterov=True)": lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adagrad(lr=0.1)": lambda p: O.Adagrad(p, lr=0.1),
    "Adadelta()": lambda p: O.Adadelta(p),
    "Adadelta(lr=2, rho=0.5, eps=0.01, weight_decay=0.5)": lambda p: O.Adadelta(
        p, lr=2, rho=0.5, eps=0.01, weight_decay=0.5
    ),
    "Adam(lr=0.1, betas=(0.9, 0.5), amsgrad=True)": lambda p: O.Adam(p, lr=0.1, betas=(0.9, 0.5), amsgrad=True),
    "Adamax()": lambda p: O.Adamax(p),
    "Adamax(lr=0.1, betas=(0.5, 0.75), eps=0.01, weight_decay=0.5)": lambda p: O.Adamax(
        p, lr=0.1, betas=(0.5, 0.75), eps=0.01, weight_decay=0.5
    ),
}


def run(make):
    p = torch.tensor(START, requires_grad=True)
    optimizer = make([p])
    for gradient in GRADIENTS:
        p.grad = torch.tensor(gradient)
        optimizer.step()
    return p.tolist()


if __name__ == "__main__":
    for name, make in OPTIMIZERS.items():
        print(name, run(make))
