/** The part of predict.py that asks the network and prints what it answers. */
export const PYTHON_ANSWERS = String.raw`
BATCH = 16


def answer_of(head, values):
    """A class with the probability of each, the tags that reach their thresholds with that of each, or a number in its own unit."""
    if head["type"] == "regression":
        # The network answers in standard deviations; Python's float has 64 bits, which keeps the digits of large numbers.
        return {"value": float(values[0]) * head["std"] + head["mean"]}
    probabilities = [float(value) for value in values]
    if head["type"] == "tags":
        said = [name for name, p, least in zip(head["classes"], probabilities, head["thresholds"]) if p >= least]
        return {"predicted": said, "probabilities": dict(zip(head["classes"], probabilities))}
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return {"predicted": head["classes"][best], "probabilities": dict(zip(head["classes"], probabilities))}


def entry_of(name, values):
    """The answer for one source; of a model with several heads one for each, by name."""
    answers = {head["name"]: answer_of(head, own) for head, own in zip(HEADS, values)}
    return {"path": name, **(next(iter(answers.values())) if len(HEADS) == 1 else {"heads": answers})}


def predict(paths, model):
    """An entry for each file or row, in order; one that cannot be read has an error and no answer."""
    sources = sources_of(paths)
    entries = []
    for start in range(0, len(sources), BATCH):
        batch, inputs = [], []
        for name, read in sources[start : start + BATCH]:
            entry = {"path": name}
            batch.append(entry)
            try:
                inputs.append((entry, read()))
            except Exception as error:  # whatever is wrong with one file, the others go on
                entry["error"] = str(error) or type(error).__name__
        if inputs:
            outputs = run(model, np.stack([x for _, x in inputs]))
            for place, (entry, _) in enumerate(inputs):
                entry.update(entry_of(entry["path"], [head[place] for head in outputs]))
        entries += batch
    return entries


def text_of(entry, most):
    """An entry as a person reads it."""
    if "error" in entry:
        return f"{entry['path']}: cannot be read: {entry['error']}"
    answers = entry.get("heads", {"": entry})
    lines = [entry["path"]]
    for head, answer in answers.items():
        title = f"  {head}: " if head else "  "
        if "value" in answer:
            lines.append(f"{title}{answer['value']:.7g}")
            continue
        ranked = sorted(answer["probabilities"].items(), key=lambda pair: -pair[1])
        said = answer["predicted"] if isinstance(answer["predicted"], list) else None
        mark = {name: "" if said is None else "  yes" if name in said else "  no" for name, _ in ranked}
        lines += [f"{title}{name}  {100 * probability:.2f} %{mark[name]}" for name, probability in ranked[:most]]
    return "\n".join(lines)


def runtimes():
    """What has computed, each with its version: Python, and the packages of this format that were loaded."""
    said = [f"Python {platform.python_version()}"]
    for package in COMPUTED_BY:
        module = sys.modules.get(package.replace("-", "_"))
        if module is None:
            continue
        version = getattr(module, "__version__", None)
        try:
            said.append(f"{package} {version or importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            said.append(package)
    return ", ".join(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", metavar="PATH", help=HELP)
    parser.add_argument("--json", action="store_true", help="print an array of {path, predicted, probabilities}; a number is {path, value}, several heads are {path, heads: {name: ...}}, what cannot be read is {path, error}")
    parser.add_argument("--time", action="store_true", help="say on standard error what computed and how long reading and answering took, without loading the model")
    parser.add_argument("--top", type=int, default=5, metavar="N", help="how many classes to print without --json (5)")
    options = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    model = load(FOLDER)
    start = time.perf_counter()
    entries = predict(options.paths, model)
    took = time.perf_counter() - start
    if options.time:
        print(f"{runtimes()}: {1000 * took / max(1, len(entries)):.2f} ms an entry", file=sys.stderr)
    if options.json:
        print(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        for entry in entries:
            print(text_of(entry, options.top))


if __name__ == "__main__":
    main()
`
