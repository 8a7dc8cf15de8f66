"""The detector: a small residual network with a feature pyramid and one head per class.

Players are large and crowd together, the ball is tiny and alone. Each class therefore has the one pyramid level
that suits it, players a cell of 8 × 8 pixels and the ball one of 4 × 4; no anchors, no matching across levels.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

INPUT_WIDTH, INPUT_HEIGHT = 640, 384


class Head(NamedTuple):
    """Class id is the position in HEADS. `usual` is a typical box (width, height), input pixels: where learning starts."""

    stride: int
    usual: tuple[float, float]


HEADS = (Head(8, (22.0, 46.0)), Head(4, (8.0, 8.0)))


def _convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1, relu: bool = True) -> nn.Sequential:
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))


class Residual(nn.Module):
    """Two 3 × 3 convolutions, through half the channels, added to their input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(channels, channels // 2), _convolution(channels // 2, channels, relu=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


class PitchDetector(nn.Module):
    """RGB (n, 3, h, w) in 0–1 to a raw map per head, (n, 5, h / stride, w / stride): logit, then box (see `boxes`)."""

    def __init__(self, widths: tuple[int, ...] = (16, 24, 48, 64, 96)) -> None:
        super().__init__()
        w1, w2, w3, w4, w5 = widths
        self.stem = _convolution(3, w1, stride=2)
        self.stage2 = nn.Sequential(_convolution(w1, w2, stride=2), Residual(w2))
        self.stage3 = nn.Sequential(_convolution(w2, w3, stride=2), Residual(w3), Residual(w3))
        self.stage4 = nn.Sequential(_convolution(w3, w4, stride=2), Residual(w4), Residual(w4))
        self.stage5 = nn.Sequential(_convolution(w4, w5, stride=2), Residual(w5))
        self.down4 = _convolution(w5, w4, 1, relu=False)
        self.down3 = _convolution(w4, w3, 1, relu=False)
        self.down2 = _convolution(w3, w2, 1, relu=False)
        self.merge4, self.merge3 = Residual(w4), Residual(w3)
        self.heads = nn.ModuleList(
            nn.Sequential(_convolution(width, width), _convolution(width, width), nn.Conv2d(width, 5, 1))
            for width in (w3, w2)
        )
        for head in self.heads:
            nn.init.normal_(head[-1].weight, std=0.01)
            nn.init.zeros_(head[-1].bias)
            nn.init.constant_(head[-1].bias[:1], -4.6)  # Begins by saying 1 % everywhere.

    def forward(self, x: Tensor) -> list[Tensor]:
        x2 = self.stage2(self.stem(x))
        x3 = self.stage3(x2)
        x4 = self.stage4(x3)
        y4 = self.merge4(functional.relu(x4 + _doubled(self.down4(self.stage5(x4)))))
        y3 = self.merge3(functional.relu(x3 + _doubled(self.down3(y4))))
        y2 = functional.relu(x2 + _doubled(self.down2(y3)))
        return [head(y) for head, y in zip(self.heads, (y3, y2))]


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def boxes(raw: Tensor, head: Head) -> tuple[Tensor, Tensor]:
    """Centres and sizes, each (n, 2, rows, columns) in input pixels, of a raw map."""
    rows, columns = raw.shape[2:]
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    cells = torch.stack([x, y]).to(raw) + 0.5
    usual = torch.tensor(head.usual).to(raw)[None, :, None, None]
    return (raw[:, 1:3] + cells) * head.stride, torch.exp(raw[:, 3:5].clamp(-3, 3)) * usual


class Exported(nn.Module):
    """The detector with the output of the YOLOv8 family: (1, 4 + classes, cells) of cx, cy, w, h and probabilities.

    The cells of one head cannot hold another's class, so that its row is 0 there.
    """

    def __init__(self, detector: PitchDetector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, images: Tensor) -> Tensor:
        parts = []
        for class_id, (raw, head) in enumerate(zip(self.detector(images), HEADS)):
            centres, sizes = boxes(raw, head)
            scores = [torch.zeros_like(raw[:, :1])] * len(HEADS)
            scores[class_id] = torch.sigmoid(raw[:, :1])
            parts.append(torch.cat([centres, sizes, *scores], dim=1).flatten(2))
        return torch.cat(parts, dim=2)
