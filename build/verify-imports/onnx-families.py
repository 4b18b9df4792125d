"""Writes one network of torchvision or timm with random weights as an exporter of PyTorch does, and what ONNX Runtime makes of it:

    PYTHON onnx-families.py FOLDER onnx "torchvision resnet18, older" SIDE        older | newer | kept

`kept`: the older exporter with BatchNorm as it is; then also one step of SGD by PyTorch. FOLDER gets `model.onnx`, `reference.safetensors`
(`input`, `logits`), `stepped.onnx` and `files.json`, which compare-import.mjs reads."""
import copy
import json
import pathlib
import sys
import warnings
import onnxruntime
import torch
from torch_reference import images, randomise, write_reference
from torch_step import BATCH, MOMENTUM, RATE, build, largest_difference, own_step, shaken, step, without_dropping

warnings.filterwarnings("ignore")


def export(model, x, path, exporter):
    if exporter == "newer":
        torch.onnx.export(model, (x,), str(path), dynamo=True, external_data=False, verbose=False, dynamic_shapes=({0: torch.export.Dim("batch")},))
        return
    kept = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if exporter == "kept" else {}
    torch.onnx.export(model, x, str(path), dynamo=False, input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "batch"}}, **kept)


def answers(path, x):
    """By ONNX Runtime."""
    session = onnxruntime.InferenceSession(str(path))
    return torch.from_numpy(session.run(None, {session.get_inputs()[0].name: x.numpy()})[0])


def main(folder, _program, name, side):
    folder = pathlib.Path(folder)
    source, network, exporter = name.replace(",", "").split()
    model = randomise(build(source, network, side), 3)
    x = images(BATCH, side)
    file = folder / "model.onnx"
    export(model, x, file, exporter)
    logits = answers(file, x)
    write_reference(folder / "reference.safetensors", {"input": x.permute(0, 2, 3, 1).contiguous(), "logits": logits})
    told = {"first": file.name, "family": None, "others": [], "ownOutputs": largest_difference({"logits": answers(file, shaken(x))}, {"logits": logits})}
    if exporter == "kept":
        told |= stepped(model, x, folder / "stepped.onnx")
    (folder / "files.json").write_text(json.dumps(told))


def stepped(model, x, path):
    before = copy.deepcopy(without_dropping(model))
    loss = step(model, x)
    own = own_step(before, x, copy.deepcopy(model.state_dict()))
    export(model.eval(), x, path, "kept")
    return {"stepped": path.name, "rate": RATE, "momentum": MOMENTUM, "loss": loss, **own}


main(*sys.argv[1:4], int(sys.argv[4]))
