"""Makes test/fixtures/imports/pytorch and .../safetensors: narrow and shallow networks of every family with random weights, each with
what PyTorch itself gives (of the inputs in torch-inputs.safetensors, by their side):  PYTHON make-torch-fixtures.py [FILE ...]        FILE: `vit.pth`; all of them when left out"""
import pathlib
import sys
from collections import OrderedDict
from functools import partial
import torch
from timm.layers import resample_abs_pos_embed
from timm.models import convnext as timm_convnext
from timm.models import efficientnet as timm_efficientnet
from timm.models import vision_transformer
from timm.models.mobilenetv3 import MobileNetV3
from torch import nn
from torchvision.models import convnext, densenet, efficientnet, mobilenetv2, mobilenetv3, regnet, resnet, vgg
from torchvision.models import vision_transformer as torchvision_vit
from torchvision.ops.misc import Conv2dNormActivation
from safetensors.torch import load_file, save_file
from torch_reference import randomise, reference, write_reference

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "imports"
CLASSES = 5


class NarrowResNet(resnet.ResNet):
    """torchvision's, whose widths are fixed: the same modules and the same forward pass with fewer channels."""

    def __init__(self, block, layers, width, groups=1, width_per_group=64):
        nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation = nn.BatchNorm2d, width, 1
        self.groups, self.base_width = groups, width_per_group
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        for stage, count in enumerate(layers):
            layer = self._make_layer(block, width * 2**stage, count, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(width * 8 * block.expansion, CLASSES)


def narrow_vgg():
    model = vgg.VGG(vgg.make_layers([4, "M", 6, "M", 8, 8, "M", 8, 8, "M", 8, 8, "M"], batch_norm=True), init_weights=False)
    model.avgpool = nn.AdaptiveAvgPool2d((2, 2))
    model.classifier = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 12), nn.ReLU(), nn.Dropout(),
                                     nn.Linear(12, CLASSES))
    return model


def narrow_mobilenetv2():
    stages = [[1, 8, 1, 1], [2, 8, 2, 2], [2, 8, 3, 2], [2, 8, 4, 2], [2, 8, 3, 1], [2, 16, 3, 2], [2, 16, 1, 1]]
    model = mobilenetv2.MobileNetV2(num_classes=CLASSES, width_mult=0.25, inverted_residual_setting=[[t, c * 4, n, s] for t, c, n, s in stages])
    model.features[18] = Conv2dNormActivation(16, 24, kernel_size=1, norm_layer=nn.BatchNorm2d, activation_layer=nn.ReLU6)
    model.classifier[1] = nn.Linear(24, CLASSES)
    return model


def narrow_efficientnet():
    stages = [(1, 3, 1, 8, 8, 1), (2, 3, 2, 8, 8, 1), (2, 5, 2, 8, 8, 2), (2, 3, 2, 8, 8, 1), (2, 5, 1, 8, 16, 1), (2, 5, 2, 16, 16, 1),
              (2, 3, 1, 16, 16, 1)]
    setting = [efficientnet.MBConvConfig(*stage) for stage in stages]
    return efficientnet.EfficientNet(setting, dropout=0.2, num_classes=CLASSES, last_channel=24)


def narrow_efficientnet_v2():
    setting = [efficientnet.FusedMBConvConfig(1, 3, 1, 8, 8, 1), efficientnet.FusedMBConvConfig(2, 3, 2, 8, 8, 2),
               efficientnet.FusedMBConvConfig(2, 3, 2, 8, 8, 1), efficientnet.MBConvConfig(2, 3, 2, 8, 16, 1),
               efficientnet.MBConvConfig(2, 3, 1, 16, 16, 1), efficientnet.MBConvConfig(2, 3, 2, 16, 16, 1)]
    norm = lambda channels: nn.BatchNorm2d(channels, eps=1e-3)
    return efficientnet.EfficientNet(setting, dropout=0.2, num_classes=CLASSES, last_channel=24, norm_layer=norm)


def narrow_mobilenetv3():
    plan, _ = mobilenetv3._mobilenet_v3_conf("mobilenet_v3_large")
    widths = [8 if each.out_channels < 80 else 16 for each in plan]
    setting = [mobilenetv3.InvertedResidualConfig(before, each.kernel, 8 if index == 0 else 24, width, each.use_se, "HS" if each.use_hs else "RE",
                                                  each.stride, 1, 1)
               for index, (each, before, width) in enumerate(zip(plan, [8, *widths], widths))]
    return mobilenetv3.MobileNetV3(setting, 16, num_classes=CLASSES)


def narrow_timm(blocks, activation, **more):
    """timm's EfficientNet of seven stages: of inverted residuals, and of what `blocks` says instead."""
    stages = ["ds_r1_k3_s1_e1_c8", "ir_r2_k3_s2_e2_c8", "ir_r1_k5_s2_e2_c8", "ir_r1_k3_s2_e2_c8", "ir_r1_k5_s1_e2_c16", "ir_r2_k5_s2_e2_c16",
              "ir_r1_k3_s1_e2_c24"]
    arch = [[blocks.get(stage, each)] for stage, each in enumerate(stages)]
    sizes = {"num_classes": CLASSES, "num_features": 24, "stem_size": 8, "fix_stem": True, "act_layer": activation}
    kind = more.pop("kind", timm_efficientnet.EfficientNet)
    return kind(block_args=timm_efficientnet.decode_arch_def(arch), **sizes, **more)


def narrow_lite():
    norm = partial(nn.BatchNorm2d, eps=1e-3)
    return narrow_timm({}, nn.ReLU6, norm_layer=norm, pad_type="same")


def narrow_b0():
    return narrow_timm({0: "ds_r1_k3_s1_e1_c8_se0.25", 4: "ir_r1_k5_s1_e2_c16_se0.25"}, nn.SiLU)


def narrow_v3():
    blocks = {0: "ds_r1_k3_s1_e1_c8_nre", 1: "ir_r2_k3_s2_e2_c8_nre", 2: "ir_r1_k5_s2_e2_c8_se0.25_nre", 5: "ir_r2_k5_s2_e2_c16_se0.25",
              6: "cn_r1_k1_s1_c24"}
    excite = partial(timm_efficientnet.SqueezeExcite, gate_layer="hard_sigmoid", force_act_layer=nn.ReLU)
    return narrow_timm(blocks, nn.Hardswish, se_layer=excite, kind=MobileNetV3)


def narrow_regnet():
    blocks = regnet.BlockParams([1, 2, 1, 1], [8, 16, 16, 24], [4, 8, 8, 8], [1, 1, 1, 1], [2, 2, 2, 2], 0.25)
    return regnet.RegNet(blocks, num_classes=CLASSES, stem_width=8)


def narrow_convnext(timm_names):
    if timm_names:
        return timm_convnext.ConvNeXt(depths=(1, 2, 1, 1), dims=(8, 12, 16, 16), num_classes=CLASSES)
    stages = [convnext.CNBlockConfig(8, 12, 1), convnext.CNBlockConfig(12, 16, 2), convnext.CNBlockConfig(16, 16, 1),
              convnext.CNBlockConfig(16, None, 1)]
    return convnext.ConvNeXt(stages, num_classes=CLASSES)


def narrow_vit(side=16, **more):
    sizes = {"embed_dim": 64, "depth": 1, "num_heads": 1, "mlp_ratio": 0.5, "num_classes": CLASSES, **more}
    return vision_transformer.VisionTransformer(img_size=side, patch_size=4, **sizes)


def narrow_torchvision_vit():
    return torchvision_vit.VisionTransformer(image_size=16, patch_size=4, num_layers=1, num_heads=1, hidden_dim=64, mlp_dim=16,
                                             num_classes=CLASSES)


def rounded(model, seed, dtype):
    """Random weights that the file's number format holds exactly."""
    randomise(model, seed)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.to(dtype).float())
    return model.eval()


def write(file, model, side, classifier, inner, form="zip", dtype=torch.float32, wrap=lambda state: state):
    if sys.argv[1:] and file not in sys.argv[1:]:
        return
    folder = FIXTURES / ("safetensors" if form == "safetensors" else "pytorch")
    folder.mkdir(parents=True, exist_ok=True)
    rounded(model, len(file), dtype)
    state = OrderedDict((name, tensor.to(dtype) if tensor.is_floating_point() else tensor) for name, tensor in model.state_dict().items())
    if form == "safetensors":
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, str(folder / file))
    else:
        torch.save(wrap(state), folder / file, _use_new_zipfile_serialization=form == "zip")
    write_expected(folder, file, reference(model, side, classifier, inner, 1))


def write_expected(folder, file, tensors):
    """The input, which all networks of a side share, is kept once."""
    shared = FIXTURES / "torch-inputs.safetensors"
    x = tensors.pop("input")
    write_reference(shared, {**(load_file(str(shared)) if shared.exists() else {}), str(x.shape[1]): x})
    write_reference(folder / f"{file.rsplit('.', 1)[0]}.reference.safetensors", tensors)


def not_contiguous(state):
    return OrderedDict((name, tensor.to(memory_format=torch.channels_last) if tensor.dim() == 4 else tensor) for name, tensor in state.items())


def parallel(state):
    return {"epoch": 3, "optimizer": {"state": {}, "param_groups": [{"lr": 0.1, "params": [0, 1]}]}, "best": 0.5,
            "state_dict": OrderedDict((f"module.{name}", tensor) for name, tensor in not_contiguous(state).items())}


def masked(state):
    weights = {name: tensor for name, tensor in state.items() if not name.startswith("head.")}
    return {"model": OrderedDict((f"_orig_mod.{name}", tensor) for name, tensor in {"mask_token": torch.zeros(1, 64), **weights}.items())}


def main():
    torch.manual_seed(0)
    half, brain = torch.float16, torch.bfloat16
    basic, bottleneck = resnet.BasicBlock, resnet.Bottleneck
    write("resnet.pth", NarrowResNet(basic, [1, 2, 1, 1], 3), 32, "fc", [("layer2.1.conv2", "nchw")], "zip", half)
    write("resnext.pth", NarrowResNet(bottleneck, [1, 1, 1, 1], 2, 2, 64), 32, "fc", [("layer2.0.conv2", "nchw")], "stream", half, parallel)
    write("vgg.pt", narrow_vgg(), 64, "classifier.6", [("features.7", "nchw"), ("classifier.3", "plain")], "zip", torch.float64)
    write("mobilenetv2.bin", narrow_mobilenetv2(), 32, "classifier.1", [("features.4.conv.1.0", "nchw")], "stream", half)
    write("densenet.pth", densenet.DenseNet(4, (2, 2, 2, 2), 8, 2, num_classes=CLASSES), 32, "classifier",
          [("features.transition1.conv", "nchw")], "stream")
    write("efficientnet.pth", narrow_efficientnet(), 32, "classifier.1", [("features.3.1.block.1.0", "nchw")], "stream", half)
    write("efficientnet-v2.pth", narrow_efficientnet_v2(), 32, "classifier.1", [("features.2.1.block.0.0", "nchw")], "stream", half)
    write("mobilenetv3.pth", narrow_mobilenetv3(), 32, "classifier.3", [("features.5.block.3.0", "nchw")], "stream", half)
    write("regnet.pth", narrow_regnet(), 32, "fc", [("trunk_output.block2.block2-1.f.b.0", "nchw")], "stream", brain)
    write("convnext.pth", narrow_convnext(False), 32, "classifier.2", [("features.3.0.block.0", "nchw")], "zip", half)
    write("vit.pth", narrow_torchvision_vit(), 16, "heads.head", [("encoder.layers.encoder_layer_0.ln_2", "plain")], "zip", half)
    write("tf_efficientnet_lite0.safetensors", narrow_lite(), 33, "classifier", [("blocks.2.0.conv_dw", "nchw")], "safetensors", half)
    write("efficientnet_b0.safetensors", narrow_b0(), 32, "classifier", [("blocks.2.0.conv_dw", "nchw")], "safetensors", half)
    write("mobilenetv3_large_100.safetensors", narrow_v3(), 32, "classifier", [("blocks.3.0.conv_pw", "nchw")], "safetensors", half)
    write("convnext_timm.safetensors", narrow_convnext(True), 32, "head.fc", [("stages.1.blocks.1.conv_dw", "nchw")], "safetensors", brain)
    write("deit.safetensors", narrow_vit(), 16, "head", [("blocks.0.attn", "plain")], "safetensors", half)
    write("dinov2.pth", narrow_vit(init_values=1e-5, num_classes=0), 16, None, [("blocks.0.attn", "plain")],
          "zip", half, masked)
    if sys.argv[1:] and "vit-positions.pth" not in sys.argv[1:]:
        return
    larger = narrow_vit(24)
    smaller = narrow_vit(16)
    write("vit-positions.pth", smaller, 16, "head", [], "zip", half)
    state = smaller.state_dict()
    state["pos_embed"] = resample_abs_pos_embed(state["pos_embed"], new_size=[6, 6], num_prefix_tokens=1)
    larger.load_state_dict(state)
    write_expected(FIXTURES / "pytorch", "vit-positions.pth", reference(larger.eval(), 24, "head", (), 1))


if __name__ == "__main__":
    main()
