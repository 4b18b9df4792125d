"""The same loop in PyTorch: DataLoader workers, frozen base under no_grad, in the loop. Prints seconds as JSON.

usage: torch_folder.py NETWORK FOLDER EPOCHS TRAINED_FROM"""

import json
import os
import sys
import time

start = time.perf_counter()
import torch
import torchvision

from torch_model import Network

torch.set_num_threads(os.cpu_count())
network = json.load(open(sys.argv[1]))
names = [layer["name"] for layer in network["layers"]]
first = names.index(sys.argv[4])
size = network["layers"][0]["config"]["shape"][0]
t = torchvision.transforms
transform = t.Compose([t.Resize((size, size)), t.ToTensor(), t.Normalize([0.5] * 3, [0.5] * 3)])
folder = torchvision.datasets.ImageFolder(sys.argv[2], transform)
data = torch.utils.data.DataLoader(folder, 32, shuffle=True, num_workers=os.cpu_count(), persistent_workers=True)
model = Network(network).to(memory_format=torch.channels_last)
for name, module in model.parts.items():
    frozen = name in names[:first]
    module.train(not frozen)
    for parameter in module.parameters():
        parameter.requires_grad = not frozen
optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], 1e-3)
loss = torch.nn.CrossEntropyLoss()
seconds = []
for _ in range(int(sys.argv[3])):
    begun = time.perf_counter()
    for x, y in data:
        optimizer.zero_grad()
        loss(model(x.to(memory_format=torch.channels_last)), y).backward()
        optimizer.step()
    seconds.append(time.perf_counter() - begun)
print("@" + json.dumps({"start": time.perf_counter() - start - sum(seconds), "epochs": seconds}))
