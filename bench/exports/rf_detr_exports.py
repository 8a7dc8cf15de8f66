"""Exports of RF-DETR by its own `export`, with what its own `predict` finds."""

import os
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"

import rfdetr
import torch
from common import FLOOR, folder, let_pass, reference, sized, spread, widen

EXPORTS = [("RFDETRNano", {}), ("RFDETRNano", {"dynamic_batch": True}), ("RFDETRSmall", {})]


def lively(detector, run):
    network = detector.model.model.eval()
    widen(network)
    queries = network.transformer
    let_pass(queries.enc_out_class_embed[0], run, 300)
    spread(queries.enc_out_bbox_embed[0].layers[-1], run, 0.5)
    spread(network.bbox_embed.layers[-1], run, 0.5)
    let_pass(network.class_embed, run, 600)


def export(kind, options):
    name = "-".join([f"rf-detr-{kind.removeprefix('RFDETR').lower()}", *options])
    torch.manual_seed(7)
    detector = getattr(rfdetr, kind)(pretrain_weights=None, device="cpu")
    _, image = sized(detector.model.resolution, detector.model.resolution, name)
    run = lambda: detector.predict(image, threshold=FLOOR)
    lively(detector, run)
    found = run()
    made = detector.export(output_dir=str(folder / name / "made"), verbose=False, **options)
    shutil.move(made, folder / name / "model.onnx")
    reference(
        name,
        f"{kind}.predict(threshold={FLOOR})",
        [(*box, score, cls) for box, score, cls in zip(found.xyxy.tolist(), found.confidence.tolist(), found.class_id.tolist())],
        classes=[f"class {number}" for number in range(detector.model.model.class_embed.out_features)],
    )


for each in EXPORTS:
    export(*each)
