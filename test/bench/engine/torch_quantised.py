"""PyTorch's own way to int8 on x86 (torchao's PT2E): static, per channel weights, uint8 activations, lowered by Inductor."""

import torch
import torchao.quantization.pt2e.quantizer.x86_inductor_quantizer as x86
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e


def quantised(model, batches):
    """The eval model with observers filled from a few batches, its convolutions and products turned to int8. It is fast only in
    torch.compile with freezing."""
    quantizer = x86.X86InductorQuantizer().set_global(x86.get_default_x86_inductor_quantization_config())
    observed = prepare_pt2e(torch.export.export(model, (batches(),)).module(), quantizer)
    for _ in range(4):
        observed(batches())
    return convert_pt2e(observed)
