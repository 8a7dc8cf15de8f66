"""Exports of torchvision's detectors, with what they find by themselves; with names for the outputs and without."""

import torch
import torchvision
from common import FLOOR, calibrate, folder, reference, sized, spread, sweep

WIDTH, HEIGHT = 640, 384
CLASSES = [f"class {number}" for number in range(1, 91)]
detection = torchvision.models.detection


def faster_rcnn(model, run):
    heads = model.roi_heads.box_predictor
    spread(model.rpn.head.cls_logits, run, 2.0)
    spread(model.rpn.head.bbox_pred, run, 0.3)
    spread(heads.bbox_pred, run, 0.5)
    spread(heads.cls_score, run, 2.0)
    return [heads.cls_score.bias.data[:1]]


def ssd(model, run):
    for level in model.head.regression_head.module_list:
        spread(last(level), run, 0.5)
    layers = [last(level) for level in model.head.classification_head.module_list]
    for layer in layers:
        spread(layer, run, 1.5)
    # Of each anchor the first of its logits.
    return [layer.bias.data[:: len(CLASSES) + 1] for layer in layers]


def last(level):
    return [part for part in level.modules() if isinstance(part, torch.nn.Conv2d)][-1]


MODELS = {
    "fasterrcnn_mobilenet_v3_large_320_fpn": faster_rcnn,
    "ssdlite320_mobilenet_v3_large": ssd,
}


def export(name, lively):
    torch.manual_seed(7)
    model = getattr(detection, name)(weights=None, weights_backbone=None).eval()
    _, image = sized(WIDTH, HEIGHT, f"torchvision-{name}")
    tensor = torchvision.transforms.functional.to_tensor(image)
    run = lambda: model([tensor])
    calibrate(model, run)
    sweep(lively(model, run), lambda: int((run()[0]["scores"] >= 2 * FLOOR).sum()), 30)
    with torch.no_grad():
        found = run()[0]
    rows = [(*box, score, label - 1) for box, score, label in zip(found["boxes"].tolist(), found["scores"].tolist(), found["labels"].tolist())]
    for suffix, options in {
        "": {"input_names": ["images"], "output_names": list(found)},
        "-without-names": {},
        "-dynamic": {"input_names": ["images"], "output_names": list(found), "dynamic_axes": {"images": {1: "height", 2: "width"}}},
    }.items():
        target = f"torchvision-{name}{suffix}"
        sized(WIDTH, HEIGHT, target)
        torch.onnx.export(model, ([tensor],), str(folder / target / "model.onnx"), dynamo=False, opset_version=17, **options)
        size = [f"size={WIDTH}x{HEIGHT}"] if suffix == "-dynamic" else []
        reference(target, f"torchvision {torchvision.__version__}", rows, classes=CLASSES, answers=size)


for each in MODELS.items():
    export(*each)
