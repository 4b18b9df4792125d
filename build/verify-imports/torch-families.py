"""Writes one network of torchvision or timm with random weights, in every form of a state dict, and what PyTorch makes of it:
   PYTHON torch-families.py FOLDER torchvision|timm NAME SIDE

FOLDER gets the files, `reference.safetensors` (torch_reference.activations), `stepped.pth` (after one step of SGD) and `files.json`, which
compare-import.mjs reads."""
import copy
import json
import pathlib
import sys
import timm
import torch
import torchvision
from safetensors.torch import save_file
from torch_reference import activations, images, randomise, write_reference

BATCH, RATE, MOMENTUM = 4, 0.01, 0.9


def build(source, name, side):
    torch.manual_seed(0)
    if source == "torchvision":
        return torchvision.models.get_model(name, weights=None)
    return timm.create_model(name, pretrained=False, **({"img_size": side} if name.startswith(("vit", "deit")) else {}))


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


def without_dropping(model):
    for module in model.modules():
        for rate in ("p", "drop_prob", "drop_rate"):
            if isinstance(getattr(module, rate, None), float):
                setattr(module, rate, 0.0)
        if isinstance(getattr(module, "dropout", None), float):
            module.dropout = 0.0
    return model.train()


def step(model, x):
    """One step on the classes 0, 1 ...; the loss."""
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    loss = torch.nn.functional.cross_entropy(model(x), torch.arange(BATCH))
    loss.backward()
    optimizer.step()
    return loss.item()


def largest_difference(received, expected):
    """Of any weight, relative to its largest value."""
    return max(((received[name] - tensor).abs().max() / tensor.abs().max()).item() for name, tensor in expected.items() if tensor.any())


def distance(received, expected, before):
    """Of all weights together, as a part of what the step changed."""
    total = lambda a, b: sum(((a[name] - b[name]).double() ** 2).sum().item() for name in before if before[name].is_floating_point()) ** 0.5
    return total(received, expected) / total(expected, before)


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
    # How far the network's own answer is determined: what it gives where the last digit of the input is another one.
    signs = torch.randint(0, 2, x.shape, generator=torch.Generator().manual_seed(7)) * 2 - 1
    other_x = x * (1 + 1.2e-7 * signs)
    with torch.no_grad():
        inner, classifier = inner_of(model, x), classifier_of(model)
        tensors, _ = activations(model, x, classifier, inner)
        other, _ = activations(model, other_x, classifier, inner)
    own_outputs = largest_difference(other, {name: tensor for name, tensor in tensors.items() if name != "input"})
    write_reference(folder / "reference.safetensors", tensors)
    without_dropping(model)
    shaken = copy.deepcopy(model)
    step(shaken, other_x)
    loss = step(model, x)
    other, exact = shaken.state_dict(), model.state_dict()
    torch.save(model.state_dict(), folder / "stepped.pth")
    others = [{"file": each, "family": name} for each in ("stream.pth", "model.safetensors")]
    told = {"first": "zip.pth", "family": name, "others": others, "stepped": "stepped.pth", "rate": RATE, "momentum": MOMENTUM, "loss": loss,
            "ownOutputs": own_outputs, "ownWeights": largest_difference(other, exact), "ownChange": distance(other, exact, state)}
    (folder / "files.json").write_text(json.dumps(told))


main(*sys.argv[1:4], int(sys.argv[4]))
