"""What PyTorch itself gives: random weights, and outputs to compare an import with."""
import torch
from safetensors.torch import save_file


def randomise(model, seed):
    """Random statistics, scales and shifts, where fresh networks have zeros and ones that hide mistakes."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(tensor, low, high):
        with torch.no_grad():
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    for module in model.modules():
        if hasattr(module, "running_mean") and module.running_mean is not None:
            uniform(module.running_mean, -0.2, 0.2)
            uniform(module.running_var, 0.5, 1.5)
        if isinstance(module, (torch.nn.modules.batchnorm._BatchNorm, torch.nn.LayerNorm)):
            uniform(module.weight, 0.5, 1.5)
            uniform(module.bias, -0.2, 0.2)
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)) and module.bias is not None:
            uniform(module.bias, -0.2, 0.2)
        if isinstance(module, torch.nn.Linear) and not module.weight.any():
            uniform(module.weight, -0.2, 0.2)
    for name, parameter in model.named_parameters():
        if name.endswith(("gamma", "layer_scale")):
            uniform(parameter, 0.1, 1)
        if name.endswith(("cls_token", "class_token", "dist_token", "reg_token", "pos_embed", "pos_embedding")):
            uniform(parameter, -0.5, 0.5)
    return model.eval()


def reference(model, size, classifier, inner=(), batch=2, seed=1):
    """The activations; of a network with a classifier also `loss` (cross-entropy, the classes 0, 1 ...) and `gradient:<name>` of scales of the
    first, the middle and the last norm."""
    x = images(batch, size, seed)
    tensors, output = activations(model, x, classifier, inner)
    return tensors if classifier is None else {**tensors, **plain(gradients(model, output))}


def images(batch, size, seed=1):
    return torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(seed))


def activations(model, x, classifier, inner=()):
    """Tensors by name: `input` (N, H, W, C), `logits`, `features` (what the classifier is given), `layer:<name>` of inner modules; and the output."""
    modules = dict(model.named_modules())
    seen = {}

    def keep(name, pick):
        def hook(_module, inputs, output):
            value = inputs[0] if pick == "input" else output
            # A clone: an activation in place would change what was kept.
            seen[name] = (value.permute(0, 2, 3, 1) if value.dim() == 4 and pick == "nchw" else value).clone()
        return hook

    hooks = [modules[name].register_forward_hook(keep(f"layer:{name}", pick)) for name, pick in inner]
    if classifier is not None:
        hooks.append(modules[classifier].register_forward_hook(keep("features", "input")))
    output = model(x)
    for hook in hooks:
        hook.remove()
    seen["features" if classifier is None else "logits"] = output
    seen["input"] = x.permute(0, 2, 3, 1)
    return plain(seen), output


def plain(tensors):
    return {name: tensor.detach().float().contiguous().clone() for name, tensor in tensors.items()}


def gradients(model, logits):
    """In evaluation mode: norms keep their averages, nothing is dropped."""
    loss = torch.nn.functional.cross_entropy(logits, torch.arange(logits.shape[0]))
    kinds = (torch.nn.modules.batchnorm._BatchNorm, torch.nn.LayerNorm)
    norms = [(name, module.weight) for name, module in model.named_modules() if isinstance(module, kinds)]
    chosen = [norms[0], norms[len(norms) // 2], norms[-1]] if norms else []
    values = torch.autograd.grad(loss, [weight for _, weight in chosen]) if chosen else []
    return {"loss": loss.reshape(1), **{f"gradient:{name}/gamma": value for (name, _), value in zip(chosen, values)}}


def write_reference(path, tensors):
    save_file(tensors, str(path))
    path.chmod(0o644)
