"""Trains the pitch detector on scenes that it renders itself, and writes model.onnx.

    python -m venv /tmp/pitch && /tmp/pitch/bin/pip install -r requirements.txt
    /tmp/pitch/bin/python train.py --cache /tmp/pitch-cache
    /tmp/pitch/bin/python evaluate.py --write-manifest

Seeded throughout; the floating-point sums of another machine may still differ in the last digits.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from dataset import Crops, cached_frames
from network import HEADS, INPUT_HEIGHT, INPUT_WIDTH, Exported, Head, PitchDetector, boxes

HERE = Path(__file__).parent


def head_loss(raw: Tensor, target: Tensor, head: Head) -> Tensor:
    """Penalty-reduced focal loss on the heat (Law & Deng 2018); where a box is due, its corners' error in box sizes."""
    heat, weight, due, corners = target[:, 0], target[:, 1], target[:, 2], target[:, 3:]
    logit = raw[:, 0]
    probability = torch.sigmoid(logit)
    centre = heat > 0.999
    yes = -((1 - probability) ** 2) * functional.logsigmoid(logit) * centre
    no = -((1 - heat) ** 4) * probability**2 * functional.logsigmoid(-logit) * weight * ~centre
    count = centre.sum().clamp(min=1)

    centres, sizes = boxes(raw, head)
    wanted = corners[:, 2:] - corners[:, :2]
    error = torch.cat([centres - sizes / 2 - corners[:, :2], centres + sizes / 2 - corners[:, 2:]], dim=1)
    relative = error / torch.cat([wanted, wanted], dim=1).clamp(min=1)
    # The centre's own cell speaks in the end, its neighbours only when they win by a hair.
    importance = due * (0.25 + 0.75 * centre)
    box = (
        functional.smooth_l1_loss(relative, torch.zeros_like(relative), reduction="none", beta=0.05).sum(1) * importance
    ).sum()
    return (yes.sum() + no.sum()) / count + 2.5 * box / importance.sum().clamp(min=1)


@torch.no_grad()
def follow(average: PitchDetector, model: PitchDetector, decay: float) -> None:
    """Moves the averaged weights, which are what is exported, a little towards the trained ones."""
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)


def export(model: PitchDetector, path: Path) -> None:
    """Writes a static graph, batch 1, opset 17."""
    example = torch.zeros(1, 3, INPUT_HEIGHT, INPUT_WIDTH)
    torch.onnx.export(
        Exported(model).eval(),
        (example,),
        str(path),
        dynamo=False,
        opset_version=17,
        input_names=["images"],
        output_names=["output0"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder for rendered frames (0.7 MB each)")
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=HERE / "model.onnx")
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    started = time.monotonic()
    pictures, rows = cached_frames(arguments.cache, arguments.scenes, arguments.threads)
    print(f"{len(rows)} frames ready after {time.monotonic() - started:.0f} s", flush=True)

    crops = Crops(pictures, rows, arguments.seed)
    batches = iter(torch.utils.data.DataLoader(crops, arguments.batch, num_workers=1, prefetch_factor=4))
    model = PitchDetector().to(memory_format=torch.channels_last)
    average = copy.deepcopy(model).eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=1e-2)
    warmup = 100
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / warmup, 0.5 + 0.5 * math.cos(math.pi * min(1, step / arguments.steps))),
    )

    sums = torch.zeros(len(HEADS))
    for step in range(1, arguments.steps + 1):
        images, *wanted = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            raws = model(images.contiguous(memory_format=torch.channels_last))
        losses = [head_loss(raw.float(), target, head) for raw, target, head in zip(raws, wanted, HEADS)]
        optimizer.zero_grad(set_to_none=True)
        sum(losses).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        schedule.step()
        follow(average, model, min(0.998, step / (step + 20)))
        sums += torch.stack([loss.detach() for loss in losses])
        if step % 50 == 0:
            player, ball = (sums / 50).tolist()
            print(f"step {step}  player {player:.3f}  ball {ball:.3f}  {time.monotonic() - started:.0f} s", flush=True)
            sums.zero_()
        if step % 500 == 0 or step == arguments.steps:
            export(average, arguments.out)


if __name__ == "__main__":
    main()
