"""Writes every family at full size with random weights, one file and its reference at a time, and compares each with Graft's import:
   PYTHON torch-families.py WORK_FOLDER [NAME ...]     (NODE: the Node that runs Graft; default: node)
Each network is removed once it was compared. Prints a table of the largest relative differences."""
import json
import os
import pathlib
import subprocess
import sys
import timm
import torch
import torchvision
from safetensors.torch import save_file
from torch_reference import randomise, reference, write_reference

# source, name, side of the input, classifier, form of the file, inner modules (`nchw`: a map of channels first, `plain`: any other)
MODELS = [
    *[("torchvision", name, 96, "fc", "zip", [("layer1.0.bn1", "nchw"), ("layer3.0.conv1", "nchw"), ("layer4.1.bn2", "nchw")])
      for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
                   "wide_resnet50_2", "wide_resnet101_2")],
    *[("timm", name, 96, "fc", "safetensors", [("layer1.0.bn1", "nchw")]) for name in ("resnet18", "resnet50")],
    *[("torchvision", name, 224, "classifier.6", "zip", [("features.3", "nchw"), ("features.10", "nchw")])
      for name in ("vgg11", "vgg16", "vgg16_bn", "vgg19_bn")],
    ("torchvision", "mobilenet_v2", 96, "classifier.1", "stream", [("features.5.conv.1.0", "nchw"), ("features.18.0", "nchw")]),
    ("torchvision", "mobilenet_v3_large", 96, "classifier.3", "zip", [("features.4.block.3.1", "nchw"), ("features.13.block.1.0", "nchw")]),
    ("torchvision", "mobilenet_v3_small", 96, "classifier.3", "zip", [("features.4.block.3.1", "nchw")]),
    ("torchvision", "densenet121", 96, "classifier", "zip", [("features.denseblock2.denselayer3.conv2", "nchw"), ("features.norm5", "nchw")]),
    *[("torchvision", f"efficientnet_{name}", 96, "classifier.1", "zip", [("features.2.0.block.1.0", "nchw"), ("features.3.0.block.0.0", "nchw")])
      for name in ("b0", "b1", "b2", "b3", "b4", "b5", "v2_s")],
    *[("timm", name, 96, "classifier", "safetensors", [("blocks.2.0.conv_dw", "nchw"), ("conv_head", "nchw")])
      for name in ("efficientnet_b0", "tf_efficientnet_b0", "efficientnet_lite0", "tf_efficientnet_lite0", "tf_efficientnet_lite1",
                   "tf_efficientnet_lite2", "mobilenetv2_100")],
    *[("timm", name, 96, "classifier", "safetensors", [("blocks.2.0.conv_dw", "nchw"), ("blocks.5.0.conv_pw", "nchw")])
      for name in ("mobilenetv3_large_100", "tf_mobilenetv3_large_100")],
    *[("torchvision", name, 96, "fc", "zip", [("trunk_output.block2.block2-0.f.b.0", "nchw")])
      for name in ("regnet_y_400mf", "regnet_y_1_6gf", "regnet_x_400mf", "regnet_x_3_2gf")],
    *[("torchvision", name, 96, "classifier.2", "zip", [("features.3.1.block.0", "nchw"), ("features.7.0.block.5", "plain")])
      for name in ("convnext_tiny", "convnext_small")],
    *[("timm", name, 96, "head.fc", "safetensors", [("stages.1.blocks.1.conv_dw", "nchw")])
      for name in ("convnext_atto", "convnext_tiny")],
    ("torchvision", "vit_b_16", 224, "heads.head", "zip", [("encoder.layers.encoder_layer_5.ln_2", "plain")]),
    *[("timm", name, 96, "head", "safetensors", [("blocks.5.attn", "plain"), ("blocks.9.mlp.fc2", "plain")])
      for name in ("vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224", "deit_tiny_patch16_224",
                   "deit_small_patch16_224", "deit_base_patch16_224")],
    ("timm", "vit_small_patch14_dinov2", 98, None, "safetensors", [("blocks.5.attn", "plain")]),
]


def write_model(folder, source, name, side, classifier, form, inner):
    torch.manual_seed(0)
    if source == "torchvision":
        model = torchvision.models.get_model(name, weights=None)
    else:
        model = timm.create_model(name, pretrained=False, **({"img_size": side} if name.startswith(("vit", "deit")) else {}))
    randomise(model, 3)
    state = model.state_dict()
    if form == "safetensors":
        file = folder / "model.safetensors"
        save_file({key: value.contiguous() for key, value in state.items()}, str(file))
        (folder / "config.json").write_text(json.dumps({"architecture": name, "pretrained_cfg": {}}))
    else:
        file = folder / f"{name}.pth"
        torch.save(state, file, _use_new_zipfile_serialization=form == "zip")
    write_reference(folder / "reference.safetensors", reference(model, side, classifier, inner))
    return file


def main():
    folder = pathlib.Path(sys.argv[1])
    wanted = set(sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    runner = pathlib.Path(__file__).with_name("compare-import.mjs")
    for source, name, side, classifier, form, inner in MODELS:
        if wanted and name not in wanted:
            continue
        file = write_model(folder, source, name, side, classifier, form, inner)
        command = [os.environ.get("NODE", "node"), "--disable-warning=ExperimentalWarning", str(runner), str(file), str(side)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        line = result.stdout.strip() or result.stderr.strip()[-1500:]
        print(f"{source:12} {name:26} {form:12} {line}", flush=True)
        for old in folder.iterdir():
            old.unlink()


main()
