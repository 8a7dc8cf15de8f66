"""What the makers of exports share: weights that find something, and the file that says what the library itself finds.

A maker is run as `python MAKER.py FOLDER PICTURE`. Of each model it leaves FOLDER/NAME/ with model.onnx, the files that
the exporter puts beside it, picture.png of exactly the model's size, so that nothing is scaled, and reference.json.
"""

import json
import math
import sys
from pathlib import Path

import torch
from PIL import Image

FLOOR = 0.05
folder, picture = Path(sys.argv[1]), sys.argv[2]
folder.mkdir(parents=True, exist_ok=True)

logit = lambda score: math.log(score / (1 - score))


def calibrate(model, run):
    """Statistics of batch normalisation from what `run` shows: without them random weights let nothing through."""

    def take(norm, given):
        across = [axis for axis in range(given[0].dim()) if axis != 1]
        if given[0].numel() > given[0].shape[1]:
            norm.running_mean.copy_(given[0].mean(across))
            norm.running_var.copy_(given[0].var(across) + 1e-6)

    norms = [layer for layer in model.modules() if getattr(layer, "running_mean", None) is not None]
    hooks = [norm.register_forward_pre_hook(take) for norm in norms]
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()


def widen(model):
    """Transformers begin with weights so small that all queries answer the same but for rounding."""
    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Linear) and "sampling_offsets" not in name:
            torch.nn.init.normal_(layer.weight, 0, layer.in_features**-0.5)
    for weight in model.parameters():
        if weight.dim() > 1 and not weight.any():
            torch.nn.init.normal_(weight, 0, 0.5)


def outputs_of(layer, run):
    """What comes out of a layer, places × channels; nothing where the model does not use it."""
    seen = []
    hook = layer.register_forward_hook(lambda _, __, out: seen.append(out.detach()))
    with torch.no_grad():
        run()
    hook.remove()
    channels_last = [out.movedim(1, -1) if isinstance(layer, torch.nn.Conv2d) else out for out in seen]
    places = [out.reshape(-1, out.shape[-1]) for out in channels_last]
    return torch.cat(places) if places else None


def stretch(layer, out, factor, shift):
    """Makes each channel `factor` times its standard deviations from its mean, plus `shift`."""
    scale = factor / out.std(0).clamp_min(1e-6)
    with torch.no_grad():
        mean = out.mean(0) - layer.bias
        layer.weight.mul_(scale.reshape(-1, *[1] * (layer.weight.dim() - 1)))
        layer.bias.copy_(shift - mean * scale)


def spread(layer, run, deviation, mean=0.0):
    if (out := outputs_of(layer, run)) is not None:
        stretch(layer, out, deviation, torch.as_tensor(mean))


def let_pass(layer, run, count, top=0.8):
    """Sigmoid scores: so many of all places and classes reach the floor, the best of them `top`."""
    if (out := outputs_of(layer, run)) is None:
        return
    values = ((out - out.mean(0)) / out.std(0).clamp_min(1e-6)).flatten().topk(count + 1).values
    factor = (logit(top) - logit(FLOOR)) / (values[0] - values[-1])
    stretch(layer, out, factor, logit(FLOOR) - values[-1] * factor)


def sweep(backgrounds, found, count):
    """Softmax scores: lowers the background's logits, views of biases, until so many detections are found."""
    with torch.no_grad():
        for bias in backgrounds:
            bias += 12
        for _ in range(60):
            if found() >= count:
                return
            for bias in backgrounds:
                bias -= 0.5
    raise SystemExit("No background lets enough pass.")


def sized(width, height, name):
    """The picture in a model's size: its path, and as an image."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    image = Image.open(picture).convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    image.save(place / "picture.png")
    return place / "picture.png", image


def reference(name, how, boxes, *, nms=None, classes=None, answers=(), floor=FLOOR):
    """`boxes`: rows of (x1, y1, x2, y2, score, class) in pixels of the picture, class 0 the first of the names."""
    rows = [
        {"cls": int(cls), "score": float(score), "box": [float(value) for value in box]}
        for *box, score, cls in boxes
        if score >= floor
    ]
    told = {"how": how, "score_floor": floor, "nms": nms, "classes": classes, "answers": list(answers)}
    (folder / name / "reference.json").write_text(json.dumps({**told, "boxes": rows}))
    print(f"{name}: {len(rows)} boxes", flush=True)
