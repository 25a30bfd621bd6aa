"""
Makes the golden files anew and compares them with those that are there.

python3 check.py            compares all
python3 check.py NAME...    compares the files of these modules, such as `activations`
python3 check.py --write NAME...    writes their files instead
"""

import importlib
import sys

from common import differences, read, write

MODULES = [
    "activations",
    "losses",
    "batchnorm",
    "networks",
    "gains",
    "schedules",
    "metrics",
    "train_examples",
    "torch_sequential",
]


def main(arguments):
    writing = "--write" in arguments
    names = [argument for argument in arguments if argument != "--write"] or MODULES
    failed = 0
    for name in names:
        for file, make in importlib.import_module(name).FILES.items():
            made = make()
            if writing:
                write(file, made)
                print(f"{file}: written")
                continue
            found = list(differences(made, read(file)))
            failed += len(found) > 0
            print(f"{file}: {'the same' if not found else f'{len(found)} differences'}")
            for line in found[:10]:
                print(f"  {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
