"""Reading, comparing and writing the golden files."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent.parent
TOLERANCE = 1e-12
# Exactly 0, so that both files hold nothing but rounding: a bias before a batch norm has no gradient, nor has a start from zeros.
RESIDUES = (".mlp_linear_bn_relu_linear_ce.grads.b1", ".zero_full.final.b_z")
RESIDUE = 1e-14


def read(name):
    """The present file. Scripts take the inputs from it and compute every result anew."""
    return json.loads((FOLDER / name).read_text())


def write(name, content):
    text = json.dumps(content, ensure_ascii=False)
    (FOLDER / name).write_text(text + "\n")


def differences(made, present, path="", scale=0.0):
    """Paths at which two contents differ by more than TOLERANCE of the largest number beside them."""
    if isinstance(made, dict) and isinstance(present, dict):
        for key in sorted(made.keys() | present.keys()):
            if key not in made or key not in present:
                yield f"{path}.{key}: only in the {'present file' if key in present else 'made one'}"
            else:
                yield from differences(made[key], present[key], f"{path}.{key}")
    elif isinstance(made, list) and isinstance(present, list):
        if len(made) != len(present):
            yield f"{path}: {len(made)} entries, {len(present)} in the present file"
        numbers = [abs(value) for value in present if is_number(value)]
        largest = max([value for value in numbers if value < float("inf")], default=scale)
        for i, (a, b) in enumerate(zip(made, present)):
            yield from differences(a, b, f"{path}[{i}]", largest)
    elif is_number(made) and is_number(present):
        allowed = RESIDUE if path.startswith(RESIDUES) else TOLERANCE * max(abs(present), scale)
        if not (made == present or abs(made - present) <= allowed):
            yield f"{path}: {made!r}, {present!r} in the present file"
    elif made != present:
        yield f"{path}: {made!r}, {present!r} in the present file"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
