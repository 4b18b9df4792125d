"""A network of torchvision or timm, and one step of training it."""
import copy
import timm
import torch
import torchvision

BATCH, RATE, MOMENTUM = 4, 0.01, 0.9


def build(source, name, side):
    torch.manual_seed(0)
    if source == "torchvision":
        return torchvision.models.get_model(name, weights=None)
    return timm.create_model(name, pretrained=False, **({"img_size": side} if name.startswith(("vit", "deit")) else {}))


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


def shaken(x, seed=7):
    """Another last digit, which shows how far a network's own answer is determined."""
    signs = torch.randint(0, 2, x.shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    return x * (1 + 1.2e-7 * signs)


def own_step(model, x, exact):
    """How far the step itself is determined: the most of four tries, since a ReLU near zero may turn over in one and not in another."""
    before = model.state_dict()
    own = {"ownWeights": 0, "ownChange": 0}
    for seed in range(4):
        twin = copy.deepcopy(model)
        step(twin, shaken(x, seed))
        other = twin.state_dict()
        own["ownWeights"] = max(own["ownWeights"], largest_difference(other, exact))
        own["ownChange"] = max(own["ownChange"], distance(other, exact, before))
    return own
