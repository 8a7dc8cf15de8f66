"""Exports of Ultralytics, with what its own predictor makes of the very file; whatever version is at hand."""

import os
import shutil

os.environ.update(YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true")

import torch
import ultralytics
from common import FLOOR, calibrate, folder, let_pass, reference, sized, spread
from ultralytics import RTDETR, YOLO
from ultralytics.cfg import DEFAULT_CFG_DICT

SIZE = 640
IOU = 0.7
# Where its default is None, False asks for the end to end; before, that was the model's own.
END_TO_END = {"nms": False} if DEFAULT_CFG_DICT["nms"] is None else {}
EXPORTS = [
    ("yolov8n", {}),
    ("yolov8n", {"dynamic": True}),
    ("yolov8n", {"half": True}),
    ("yolov8n", {"batch": 4}),
    ("yolov8n", {"nms": True, "conf": FLOOR}),
    ("yolov5n", {}),
    ("yolov9t", {}),
    ("yolo11n", {}),
    ("yolo12n", {}),
    ("yolov10n", END_TO_END),
    ("yolo26n", END_TO_END),
    ("yolo26n", {"nms": True, "conf": FLOOR}),
    ("rtdetr-resnet50", {}),
]


def lively(network, tensor):
    """Class and box convolutions of each level, of both heads where there are two."""
    run = lambda: network._predict_once(tensor)
    calibrate(network, run)
    head = network.model[-1]
    last = lambda level: [part for part in level.modules() if isinstance(part, torch.nn.Conv2d)][-1]
    for names, change in (
        (("cv3", "one2one_cv3"), lambda layer: let_pass(layer, run, 80)),
        # Distances to four sides in cells, as distributions or as they are.
        (("cv2", "one2one_cv2"), lambda layer: spread(layer, run, 0.5, 0.0 if head.reg_max > 1 else 4.0)),
    ):
        for levels in (getattr(head, name, None) for name in names):
            for level in levels or []:
                change(last(level))


def lively_queries(network, tensor):
    run = lambda: network.predict(tensor)
    calibrate(network, run)
    head = network.model[-1]
    let_pass(head.enc_score_head, run, 2000)
    let_pass(head.dec_score_head[-1], run, 80)


def export(model, options):
    name = "-".join([f"ultralytics-{model}", *options])
    path, image = sized(SIZE, SIZE, name)
    is_queries = model.startswith("rtdetr")
    kind = RTDETR if is_queries else YOLO
    torch.manual_seed(7)
    made = kind(f"{model}.yaml")
    flat = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    tensor = flat.reshape(1, SIZE, SIZE, 3).permute(0, 3, 1, 2).float() / 255
    (lively_queries if is_queries else lively)(made.model.eval(), tensor)
    target = folder / name / "model.onnx"
    shutil.move(made.export(format="onnx", verbose=False, **options), target)

    reader = RTDETR(str(target)) if is_queries else YOLO(str(target), task="detect")
    found = reader.predict(
        str(path), conf=FLOOR, iou=IOU, max_det=1000, rect=False, verbose=False, device="cpu"
    )[0].boxes
    is_finished = is_queries or "nms" in options or model in ("yolov10n", "yolo26n")
    reference(
        name,
        f"Ultralytics {ultralytics.__version__}, predict(conf={FLOOR}, iou={IOU})",
        [(*box, score, cls) for box, score, cls in zip(found.xyxy.tolist(), found.conf.tolist(), found.cls.tolist())],
        nms=None if is_finished else {"iou": IOU, "agnostic": False},
    )


os.chdir(folder)
for each in EXPORTS:
    export(*each)
