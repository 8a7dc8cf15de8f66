"""The loop that most people write first, on one video: decode with OpenCV, letterbox, run, decode boxes, NMS.

Reads a JSON object from stdin (video, model, kind "onnxruntime" | "opencv-dnn", width, height, decoder "yolox" | "yolo-v8",
scale, channels, anchor, frames, floor, iou) and writes {seconds, frames, detections} to stdout; without a number of threads
anywhere, so that each library takes the cores that it wants. Detections of the first frames are kept for comparison.
"""

import json
import sys
import time

import cv2
import numpy as np

KEPT_FRAMES = 30


def letterboxed(picture, width, height, top_left):
    scale = min(width / picture.shape[1], height / picture.shape[0])
    rounded = int if top_left else round
    size = rounded(picture.shape[1] * scale), rounded(picture.shape[0] * scale)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    left, top = (0, 0) if top_left else ((width - size[0]) // 2, (height - size[1]) // 2)
    padded = np.full((height, width, 3), 114, np.uint8)
    padded[top : top + size[1], left : left + size[0]] = small
    return padded, scale, left, top


def grids(width, height):
    cells, strides = [], []
    for stride in (8, 16, 32):
        rows, columns = height // stride, width // stride
        y, x = np.mgrid[:rows, :columns]
        cells.append(np.stack([x.ravel(), y.ravel()], 1))
        strides.append(np.full((rows * columns, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def boxes_of(output, decoder, cells, strides, floor, iou):
    if decoder == "yolox":
        rows = output[0]
        scores = rows[:, 4:5] * rows[:, 5:]
        centres = (rows[:, :2] + cells) * strides
        sizes = np.exp(rows[:, 2:4]) * strides
    else:
        rows = output[0].T
        scores, centres, sizes = rows[:, 4:], rows[:, :2], rows[:, 2:4]
    classes = scores.argmax(1)
    best = scores[np.arange(len(scores)), classes]
    keep = best >= floor
    corners = np.concatenate([centres[keep] - sizes[keep] / 2, sizes[keep]], 1)
    best, classes = best[keep], classes[keep]
    if not len(best):
        return []
    # Boxes of different classes are moved apart, so that they never suppress each other.
    apart = corners + np.pad(classes[:, None] * 4096.0, ((0, 0), (0, 3)))
    kept = cv2.dnn.NMSBoxes(apart.tolist(), best.tolist(), floor, iou)
    return [(int(classes[k]), float(best[k]), *map(float, corners[k])) for k in np.array(kept).ravel()]


def runner(asked):
    if asked["kind"] == "onnxruntime":
        import onnxruntime

        session = onnxruntime.InferenceSession(asked["model"], providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        return lambda blob: session.run(None, {name: blob})[0]
    net = cv2.dnn.readNetFromONNX(asked["model"])

    def run(blob):
        net.setInput(blob)
        return net.forward()

    return run


def main():
    asked = json.load(sys.stdin)
    run = runner(asked)
    width, height = asked["width"], asked["height"]
    cells, strides = grids(width, height)
    run(np.zeros((1, 3, height, width), np.float32))

    video = cv2.VideoCapture(asked["video"])
    kept, frames = [], 0
    started = time.perf_counter()
    while frames < asked["frames"]:
        there, picture = video.read()
        if not there:
            break
        padded, scale, left, top = letterboxed(picture, width, height, asked["anchor"] == "top-left")
        if asked["channels"] == "RGB":
            padded = padded[:, :, ::-1]
        blob = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32) * np.float32(asked["scale"])
        found = boxes_of(run(blob), asked["decoder"], cells, strides, asked["floor"], asked["iou"])
        boxes = [
            (kind, score, (x - left) / scale, (y - top) / scale, (x + w - left) / scale, (y + h - top) / scale)
            for kind, score, x, y, w, h in found
        ]
        if frames < KEPT_FRAMES:
            kept.append(boxes)
        frames += 1
    seconds = time.perf_counter() - started
    json.dump({"seconds": seconds, "frames": frames, "detections": kept}, sys.stdout)


main()
