"""metrics.json: scikit-learn's metrics; `meta` in the file says with which options."""

import numpy as np
from sklearn import metrics as sk

from common import read

SCORES = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}


def scores(row, truth, predicted, labels=None):
    made = {}
    for name, score in SCORES.items():
        made[name] = {}
        for average in row["scores"][name]:
            of = labels if labels is not None and average == "none" else None
            value = score(
                truth, predicted, average=None if average == "none" else average, labels=of, zero_division=0
            )
            made[name][average] = np.asarray(value).tolist()
    return made


def classification(row):
    truth, predicted = row["yTrue"], row["yPredicted"]
    labels = list(range(row["classes"]))
    report = sk.classification_report(truth, predicted, labels=labels, output_dict=True, zero_division=0)
    keys = ["precision", "recall", "f1-score", "support"]
    return {
        **row,
        "confusion": sk.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": sk.accuracy_score(truth, predicted),
        "scores": scores(row, truth, predicted, labels),
        "report": [[report[str(c)][key] for key in keys] for c in labels],
    }


def area(truth, values, classes):
    """One against the rest; classes that do not occur are left out, as scikit-learn has no area for them."""
    truth, values = np.asarray(truth), np.asarray(values)
    if classes == 2:
        return sk.roc_auc_score(truth, values[:, 1])
    areas = [
        sk.roc_auc_score(truth == c, values[:, c]) for c in range(classes) if 0 < (truth == c).sum() < len(truth)
    ]
    return float(np.mean(areas))


def rows(row):
    values = np.reshape(row["scores"], (-1, row["classes"]))
    largest = values.argmax(1)
    return {
        **row,
        "argmax": largest.tolist(),
        "accuracy": sk.accuracy_score(row["yTrue"], largest),
        "rocAuc": area(row["yTrue"], values, row["classes"]),
    }


def auc(row):
    return {**row, "rocAuc": sk.roc_auc_score(row["yTrue"], row["scores"])}


def top_k(row):
    values = np.reshape(row["scores"], (-1, row["classes"]))
    labels = list(range(row["classes"]))
    share = lambda k: sk.top_k_accuracy_score(row["yTrue"], values, k=int(k), labels=labels)
    return {**row, "share": {k: share(k) for k in row["share"]}}


def labels(row):
    truth = np.reshape(row["values"], (-1, row["units"]))
    outputs = np.reshape(row["outputs"], (-1, row["units"]))
    predicted = (outputs > 0.5).astype(int)
    if row["units"] == 1:
        made = scores(row, truth.ravel(), predicted.ravel())
        # Of one unit every average is that of its ones.
        for name, score in SCORES.items():
            one = float(score(truth.ravel(), predicted.ravel(), zero_division=0))
            made[name] = {average: one for average in row["scores"][name]}
    else:
        met = (truth.any(0)) | (predicted.any(0))
        made = scores(row, truth[:, met], predicted[:, met])
    areas = [
        sk.roc_auc_score(truth[:, u], outputs[:, u])
        for u in range(row["units"])
        if 0 < truth[:, u].sum() < len(truth)
    ]
    return {
        **row,
        "accuracy": sk.accuracy_score(truth.ravel(), predicted.ravel()),
        "rocAuc": float(np.mean(areas)),
        "scores": made,
    }


def regression(row):
    truth, predicted = row["yTrue"], row["yPredicted"]
    shape = (-1, row["outputs"])
    return {
        **row,
        "meanAbsoluteError": sk.mean_absolute_error(truth, predicted),
        "rootMeanSquaredError": sk.mean_squared_error(truth, predicted, squared=False),
        "r2": sk.r2_score(np.reshape(truth, shape), np.reshape(predicted, shape)),
    }


MAKERS = {
    "classification": classification,
    "rows": rows,
    "auc": auc,
    "topK": top_k,
    "labels": labels,
    "regression": regression,
}


def metrics():
    present = read("metrics.json")
    return {**present, **{key: [make(row) for row in present[key]] for key, make in MAKERS.items()}}


FILES = {"metrics.json": metrics}
