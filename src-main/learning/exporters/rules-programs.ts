/** Reads tree.json beside it and predicts, without any package. Rows are standardised as in training: in 32 bits, so that a value on a
 *  threshold falls to the same side. */
export const PREDICT_JS = `// node predict.mjs '{"column": 1.5, "other column": "red"}'
// Or: import { predict } from './predict.mjs'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

export const tree = JSON.parse(readFileSync(new URL('tree.json', import.meta.url), 'utf8'))

/** A row by column name -> the tree's inputs, in their order. */
export function inputsOf(row) {
  return tree.inputs.map((input) => {
    const value = row[input.column]
    if (input.category !== undefined) return String(value) === input.category ? 1 : 0
    const isMissing = value === null || value === undefined || value === '' || !Number.isFinite(Number(value))
    return isMissing ? 0 : Math.fround((Number(value) - input.mean) / input.std)
  })
}

/** Inputs -> probability of each class, in the order of tree.classes. */
export function predictInputs(x) {
  let node = tree.nodes[0]
  while (node.probabilities === undefined) node = tree.nodes[x[node.input] <= node.threshold ? node.left : node.right]
  return node.probabilities
}

/** A row by column name -> its class and the probability of each. */
export function predict(row) {
  const probabilities = predictInputs(inputsOf(row))
  const best = probabilities.indexOf(Math.max(...probabilities))
  return {
    class: tree.classes[best],
    probabilities: Object.fromEntries(tree.classes.map((name, i) => [name, probabilities[i]])),
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(predict(JSON.parse(process.argv[2] ?? '{}'))))
}
`

export const PREDICT_PY = `"""python predict.py rows.csv: class and probability of each row. Needs nothing but Python 3."""
import csv
import json
import math
import os
import struct
import sys

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tree.json"), encoding="utf-8") as file:
    TREE = json.load(file)


def single(value):
    """The nearest 32-bit number, as in training."""
    return struct.unpack("f", struct.pack("f", value))[0]


def number(value):
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def inputs_of(row):
    """A row by column name -> the tree's inputs, in their order."""
    x = []
    for entry in TREE["inputs"]:
        value = row.get(entry["column"])
        if "category" in entry:
            x.append(1.0 if value is not None and str(value) == entry["category"] else 0.0)
        else:
            found = number(value)
            x.append(0.0 if found is None else single((found - entry["mean"]) / entry["std"]))
    return x


def predict_inputs(x):
    """Inputs -> probability of each class, in the order of TREE["classes"]."""
    node = TREE["nodes"][0]
    while "probabilities" not in node:
        node = TREE["nodes"][node["left"] if x[node["input"]] <= node["threshold"] else node["right"]]
    return node["probabilities"]


def predict(row):
    """A row by column name -> its class and the probability of that class."""
    probabilities = predict_inputs(inputs_of(row))
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return TREE["classes"][best], probabilities[best]


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            print(*predict(row), sep=",")
`
