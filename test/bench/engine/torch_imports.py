"""torchvision's own modules in the place of layer by layer, where it has the network: they use what PyTorch has for it.

usage: torch_imports.py FILE    writes the weights of a ResNet-50 as its users have them"""

import sys

import torch
from torch import nn
from torchvision import models

CLASSES = 10
LAST = " last block"


def vit_small():
    return models.VisionTransformer(image_size=224, patch_size=16, num_layers=12, num_heads=6, hidden_dim=384, mlp_dim=1536)


NETWORKS = {
    "resnet50": lambda: models.resnet50(),
    "convnext-tiny": lambda: models.convnext_tiny(stochastic_depth_prob=0.0),
    "vit-small-16": vit_small,
}


class LastTransformerBlock(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.block, self.norm, self.head = model.encoder.layers[-1], model.encoder.ln, nn.Linear(384, CLASSES)

    def forward(self, x):
        return self.head(self.norm(self.block(x))[:, 0])


def features_of(name, model):
    if name == "resnet50":
        model.fc = nn.Identity()
    elif name == "convnext-tiny":
        model.classifier = nn.Sequential(model.classifier[0], nn.Flatten(1))
    else:
        model.heads = nn.Identity()
    return model


def last_block_of(name, model):
    if name == "resnet50":
        return nn.Sequential(model.layer4[-1], model.avgpool, nn.Flatten(1), nn.Linear(2048, CLASSES))
    if name == "convnext-tiny":
        return nn.Sequential(model.features[-1][-1], model.avgpool, model.classifier[0], nn.Flatten(1), nn.Linear(768, CLASSES))
    return LastTransformerBlock(model)


def torchvision_network(network):
    """By the name of the description; None: torchvision has no such network."""
    name = network["name"].removesuffix(LAST)
    if name not in NETWORKS:
        return None
    model = NETWORKS[name]()
    return last_block_of(name, model) if network["name"].endswith(LAST) else features_of(name, model)


if __name__ == "__main__":
    torch.save(models.resnet50().state_dict(), sys.argv[1])
    print("@{}")
