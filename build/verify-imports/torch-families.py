"""Writes one network of torchvision or timm with random weights, in every form of a state dict, and what PyTorch makes of it:
   PYTHON torch-families.py FOLDER torchvision|timm NAME SIDE

FOLDER gets the files, `reference.safetensors` (torch_reference.activations), `stepped.pth` (after one step of SGD) and `files.json`, which
compare-import.mjs reads."""
import copy
import json
import pathlib
import sys
import torch
from safetensors.torch import save_file
from torch_reference import activations, images, randomise, write_reference
from torch_step import BATCH, MOMENTUM, RATE, build, largest_difference, own_step, shaken, step, without_dropping


def classifier_of(model):
    """The last linear layer, where the network ends in one; None: it gives features."""
    linear = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    return linear[-1] if linear and linear[-1].split(".")[0] in ("fc", "classifier", "head", "heads") else None


def inner_of(model, x):
    """Three modules that are layers in Graft: convolutions that give maps; of a transformer norms."""
    maps, norms, hooks = [], [], []
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            hooks.append(module.register_forward_hook(lambda _m, _i, output, name=name: maps.append(name) if output.shape[-1] > 1 else None))
        elif isinstance(module, torch.nn.LayerNorm):
            hooks.append(module.register_forward_hook(lambda _m, _i, output, name=name: norms.append(name) if output.dim() == 3 else None))
    model(x[:1])
    for hook in hooks:
        hook.remove()
    names, kind = (norms, "plain") if norms else (maps, "nchw")
    return [(names[round(share * (len(names) - 1))], kind) for share in (0.25, 0.5, 0.8)]


def main(folder, source, name, side):
    folder = pathlib.Path(folder)
    model = randomise(build(source, name, side), 3)
    state = copy.deepcopy(model.state_dict())
    torch.save(state, folder / "zip.pth")
    torch.save(state, folder / "stream.pth", _use_new_zipfile_serialization=False)
    save_file({key: value.contiguous() for key, value in state.items()}, str(folder / "model.safetensors"))
    if source == "timm":
        (folder / "config.json").write_text(json.dumps({"architecture": name, "pretrained_cfg": {}}))
    x = images(BATCH, side)
    other_x = shaken(x)
    with torch.no_grad():
        inner, classifier = inner_of(model, x), classifier_of(model)
        tensors, _ = activations(model, x, classifier, inner)
        other, _ = activations(model, other_x, classifier, inner)
    own_outputs = largest_difference(other, {name: tensor for name, tensor in tensors.items() if name != "input"})
    write_reference(folder / "reference.safetensors", tensors)
    without_dropping(model)
    before = copy.deepcopy(model)
    loss = step(model, x)
    torch.save(model.state_dict(), folder / "stepped.pth")
    others = [{"file": each, "family": name} for each in ("stream.pth", "model.safetensors")]
    told = {"first": "zip.pth", "family": name, "others": others, "stepped": "stepped.pth", "rate": RATE, "momentum": MOMENTUM, "loss": loss,
            "ownOutputs": own_outputs, **own_step(before, x, model.state_dict())}
    (folder / "files.json").write_text(json.dumps(told))


main(*sys.argv[1:4], int(sys.argv[4]))
