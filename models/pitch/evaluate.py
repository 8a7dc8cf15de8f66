"""Measures model.onnx on scenes, or on a clip, that it never saw.

    python evaluate.py                        held-out scenes: average precision at IoU 0.5, by class
    python evaluate.py --write-manifest       … and notes the result, file size and hash in manifest.json
    python evaluate.py --clip sample.mp4      recall and precision against sample.truth.json

Strict: a detection of something that shows too little to be in the truth counts as false.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from dataset import EVALUATION_SEEDS, PAD_TOP, SCALE, letterboxed, rendered
from scenes import CLASSES, HEIGHT, WIDTH

HERE = Path(__file__).parent
IOU_MATCH, IOU_NMS = 0.5, 0.45


class Detector:
    """model.onnx on one core, read the way the worker's yolo-v8 decoder reads it."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.milliseconds: list[float] = []

    def detect(self, small: np.ndarray, score_min: float) -> list[np.ndarray]:
        """Letterboxed RGB uint8 (384, 640, 3) to rows (score, x1, y1, x2, y2) per class, best first, input pixels."""
        images = np.ascontiguousarray(small.transpose(2, 0, 1)[None], dtype=np.float32) / 255
        started = time.perf_counter()
        (output,) = self.session.run(None, {"images": images})
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        return [_class_detections(output[0], class_id, score_min) for class_id in range(len(CLASSES))]


def _class_detections(output: np.ndarray, class_id: int, score_min: float) -> np.ndarray:
    scores = output[4 + class_id]
    kept = np.flatnonzero(scores >= score_min)
    kept = kept[np.argsort(-scores[kept], kind="stable")][:1000]
    centres, sizes = output[:2, kept].T, output[2:4, kept].T
    rows = np.column_stack([scores[kept], centres - sizes / 2, centres + sizes / 2])
    winners = []
    while len(rows):
        winners.append(rows[0])
        rows = rows[1:][overlaps(rows[0, 1:], rows[1:, 1:]) <= IOU_NMS]
    return np.array(winners).reshape(-1, 5)


def overlaps(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """IoU of one box (4) with others (n, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.maximum(0, high - low), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    return shared / np.maximum(areas - shared, 1e-9)


def matches(detections: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether each detection, best first, finds a box (n, 4) that no better one had."""
    free, found = np.ones(len(truth), bool), np.zeros(len(detections), bool)
    for index, row in enumerate(detections):
        overlap = np.where(free, overlaps(row[1:], truth), 0) if len(truth) else np.zeros(1)
        if overlap.max() >= IOU_MATCH:
            found[index], free[overlap.argmax()] = True, False
    return found


def average_precision(scores: np.ndarray, found: np.ndarray, total: int) -> float:
    """Area under the precision-recall curve, precision made monotone (all points)."""
    found = found[np.argsort(-scores, kind="stable")]
    hits = np.cumsum(found)
    precision = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    return float((precision * found).sum() / total)


def on_scenes(detector: Detector, scenes: int) -> dict[str, float]:
    """AP@0.5 by class and their mean, on held-out seeds."""
    scores, found = [[] for _ in CLASSES], [[] for _ in CLASSES]
    totals = [0] * len(CLASSES)
    for seed in EVALUATION_SEEDS[:scenes]:
        for small, rows in rendered(seed):
            truth = np.array([row for row in rows if row[5] == 1]).reshape(-1, 6)
            for class_id, detections in enumerate(detector.detect(small, 0.01)):
                boxes = truth[truth[:, 0] == class_id, 1:5]
                totals[class_id] += len(boxes)
                scores[class_id].append(detections[:, 0])
                found[class_id].append(matches(detections, boxes))
    results = {}
    for class_id, name in enumerate(CLASSES):
        all_scores, all_found = np.concatenate(scores[class_id]), np.concatenate(found[class_id])
        results[f"ap50_{name}"] = round(average_precision(all_scores, all_found, totals[class_id]), 4)
        sure = all_scores >= 0.4
        print(
            f"{name}: {totals[class_id]} boxes, AP@0.5 {results[f'ap50_{name}']:.4f}; at score 0.4 "
            f"recall {all_found[sure].sum() / totals[class_id]:.4f} precision {all_found[sure].mean():.4f}"
        )
    return {"map50": round(float(np.mean(list(results.values()))), 4), **results}


def on_clip(detector: Detector, clip: Path, score_min: float) -> None:
    """Prints recall and precision on a decoded video whose truth lies beside it."""
    truth = json.loads(clip.with_suffix(".truth.json").read_text())
    video = cv2.VideoCapture(str(clip))
    hits, seen, totals = np.zeros(2), np.zeros(2), np.zeros(2)
    for entry in truth["frames"]:
        there, picture = video.read()
        assert there, f"{clip} ends before frame {entry['frame_index']}"
        assert picture.shape == (HEIGHT, WIDTH, 3)
        boxes = np.array(entry["boxes"]).reshape(-1, 5)
        boxes[:, 1:] = boxes[:, 1:] * SCALE + (0, PAD_TOP, 0, PAD_TOP)
        for class_id, detections in enumerate(detector.detect(letterboxed(picture[..., ::-1]), score_min)):
            expected = boxes[boxes[:, 0] == class_id, 1:]
            hits[class_id] += matches(detections, expected).sum()
            seen[class_id] += len(detections)
            totals[class_id] += len(expected)
    assert not video.read()[0], f"{clip} goes on after its truth"
    for class_id, name in enumerate(CLASSES):
        recall, precision = hits[class_id] / totals[class_id], hits[class_id] / seen[class_id]
        print(
            f"{name}: {totals[class_id]:.0f} boxes, recall {recall:.4f} precision {precision:.4f} at score {score_min}"
        )


def write_manifest(model: Path, accuracy: dict[str, float]) -> None:
    """Puts the file's hash and size and what was measured into manifest.json."""
    path = HERE / "manifest.json"
    manifest = json.loads(path.read_text())
    content = model.read_bytes()
    manifest["file"] |= {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
    manifest["accuracy"] = accuracy
    path.write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=HERE / "model.onnx")
    parser.add_argument("--scenes", type=int, default=150, help="held-out scenes, three frames each")
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--score-min", type=float, default=0.4, help="with --clip")
    parser.add_argument("--write-manifest", action="store_true")
    arguments = parser.parse_args()

    detector = Detector(arguments.model)
    if arguments.clip:
        on_clip(detector, arguments.clip, arguments.score_min)
    else:
        accuracy = on_scenes(detector, arguments.scenes)
        print(f"mAP@0.5 {accuracy['map50']:.4f}")
        if arguments.write_manifest:
            measured_on = f"{arguments.scenes} held-out synthetic scenes, 3 frames each"
            write_manifest(arguments.model, {**accuracy, "measured_on": measured_on})
    print(f"median {np.median(detector.milliseconds):.1f} ms per frame on one core")


if __name__ == "__main__":
    main()
