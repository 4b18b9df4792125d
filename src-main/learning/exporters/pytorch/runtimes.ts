import type { RuntimeCode } from '../exporter.ts'

const PYTHON = `import importlib.util
import os

import numpy as np
import torch


def load(folder):
    spec = importlib.util.spec_from_file_location("model", os.path.join(folder, "model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load(folder)


def run(model, x):
    # PyTorch takes images channels first.
    x = np.ascontiguousarray(x.transpose(0, 3, 1, 2) if x.ndim == 4 else x)
    with torch.inference_mode():
        outputs = model(torch.from_numpy(x))
    outputs = outputs.values() if isinstance(outputs, dict) else [outputs]
    return [output.numpy() for output in outputs]
`

/** How predict.py runs model.py. There is no PyTorch in JavaScript. */
export const pytorchRuntimes = (): { python: RuntimeCode } => ({
  python: { packages: ['torch', 'safetensors', 'numpy'], computedBy: ['torch'], code: PYTHON },
})
