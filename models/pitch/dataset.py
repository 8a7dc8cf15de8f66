"""Rendered frames kept on disk, and the augmented crops that training takes from them."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

from network import HEADS, INPUT_HEIGHT, INPUT_WIDTH
from scenes import FPS, HEIGHT, WIDTH, Scene

# Seeds of one use are never seeds of another.
TRAINING_SEEDS = range(0, 1_000_000)
EVALUATION_SEEDS = range(1_000_000, 2_000_000)
SAMPLE_SEEDS = range(2_000_000, 3_000_000)

SCALE = INPUT_WIDTH / WIDTH
PAD_TOP = (INPUT_HEIGHT - round(HEIGHT * SCALE)) // 2
PAD_GREY = 114
FRAMES_PER_SCENE = 3
CROP_WIDTH, CROP_HEIGHT = 320, 192


def letterboxed(picture: np.ndarray) -> np.ndarray:
    """RGB uint8 (720, 1280, 3) to the network's (384, 640, 3)."""
    small = cv2.resize(picture, (INPUT_WIDTH, round(HEIGHT * SCALE)), interpolation=cv2.INTER_LINEAR)
    bottom = INPUT_HEIGHT - small.shape[0] - PAD_TOP
    return cv2.copyMakeBorder(small, PAD_TOP, bottom, 0, 0, cv2.BORDER_CONSTANT, value=(PAD_GREY,) * 3)


def rendered(seed: int) -> list[tuple[np.ndarray, list[list[float]]]]:
    """Moments of one scene: letterboxed picture and rows (class, x1, y1, x2, y2, clear 1 or unclear 0), input pixels."""
    cv2.setNumThreads(1)
    scene = Scene(seed)
    moments = []
    for gap in np.random.default_rng(seed).integers(2 * FPS, 7 * FPS, FRAMES_PER_SCENE):
        scene.advance(int(gap))
        frame = scene.render()
        rows = [
            [
                box.class_id,
                *(v * SCALE + pad for v, pad in zip((box.x1, box.y1, box.x2, box.y2), (0, PAD_TOP) * 2)),
                clear,
            ]
            for boxes, clear in ((frame.boxes, 1), (frame.unclear, 0))
            for box in boxes
        ]
        moments.append((letterboxed(frame.picture), rows))
    return moments


def cached_frames(folder: Path, scenes: int, processes: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Pictures (n, 384, 640, 3), memory-mapped, and rows per picture; rendered on the first call."""
    pictures_path, rows_path = folder / f"pictures-{scenes}.npy", folder / f"rows-{scenes}.json"
    if not rows_path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shape = (scenes * FRAMES_PER_SCENE, INPUT_HEIGHT, INPUT_WIDTH, 3)
        pictures = np.lib.format.open_memmap(pictures_path, "w+", np.uint8, shape)
        rows: list[list] = []
        with ProcessPoolExecutor(processes) as pool:
            for moments in pool.map(rendered, TRAINING_SEEDS[:scenes], chunksize=4):
                for picture, boxes in moments:
                    pictures[len(rows)] = picture
                    rows.append(boxes)
        pictures.flush()
        rows_path.write_text(json.dumps(rows))
    rows = [np.array(boxes, np.float32).reshape(-1, 6) for boxes in json.loads(rows_path.read_text())]
    return np.load(pictures_path, mmap_mode="r"), rows


class Crops(torch.utils.data.IterableDataset):
    """Endless augmented crops with their targets, one per head (see `targets`)."""

    def __init__(self, pictures: np.ndarray, rows: list[np.ndarray], seed: int) -> None:
        self.pictures, self.rows, self.seed = pictures, rows, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        while True:
            index = int(rng.integers(len(self.pictures)))
            picture, boxes = _crop(self.pictures[index], self.rows[index], rng)
            picture = _weathered(picture, rng)
            tensor = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))).float() / 255
            yield tensor, *(torch.from_numpy(targets(boxes, head)) for head in range(len(HEADS)))


def _crop(picture: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A window, often on the ball or on the picture's edge, scaled by 0.8–1.25 and perhaps mirrored."""
    zoom = float(np.exp(rng.uniform(-0.22, 0.22))) if rng.random() < 0.5 else 1.0
    width, height = CROP_WIDTH / zoom, CROP_HEIGHT / zoom
    balls = boxes[boxes[:, 0] == 1]
    if len(balls) and rng.random() < 0.5:
        centre = (balls[0, 1:3] + balls[0, 3:5]) / 2 + rng.uniform(-0.45, 0.45, 2) * (width, height)
    else:
        centre = rng.uniform((0, 0), (INPUT_WIDTH, INPUT_HEIGHT))
    left = np.clip(centre[0] - width / 2, 0, INPUT_WIDTH - width)
    top = np.clip(centre[1] - height / 2, 0, INPUT_HEIGHT - height)
    if zoom == 1.0:  # Whole pixels: no second interpolation.
        left, top = round(left), round(top)
    half = 0.5 * zoom - 0.5
    shift = np.array([[zoom, 0, -left * zoom + half], [0, zoom, -top * zoom + half]])
    window = cv2.warpAffine(picture, shift, (CROP_WIDTH, CROP_HEIGHT), flags=cv2.INTER_LINEAR)

    boxes = boxes.copy()
    boxes[:, 1:5] = (boxes[:, 1:5] - (left, top, left, top)) * zoom
    area = np.prod(boxes[:, 3:5] - boxes[:, 1:3], axis=1)
    limits = np.array([CROP_WIDTH, CROP_HEIGHT], np.float32)
    boxes[:, 1:3], boxes[:, 3:5] = np.clip(boxes[:, 1:3], 0, limits), np.clip(boxes[:, 3:5], 0, limits)
    share = np.prod(np.maximum(0, boxes[:, 3:5] - boxes[:, 1:3]), axis=1) / np.maximum(area, 1e-6)
    boxes[share < 0.5, 5] = 0
    boxes = boxes[share > 0.02]
    if rng.random() < 0.5:
        window = window[:, ::-1]
        boxes[:, [1, 3]] = CROP_WIDTH - boxes[:, [3, 1]]
    return window, boxes


def _weathered(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exposure, contrast, white balance, saturation, softness, compression and noise."""
    work = picture.astype(np.float32)
    if rng.random() < 0.8:
        grey = work.mean(axis=2, keepdims=True)
        work = grey + (work - grey) * rng.uniform(0.6, 1.35)
        work = (work - 110) * rng.uniform(0.75, 1.25) + 110 * rng.uniform(0.75, 1.25)
        work = work * rng.uniform(0.92, 1.08, 3).astype(np.float32)
    if rng.random() < 0.25:
        work = cv2.GaussianBlur(work, (0, 0), rng.uniform(0.3, 0.8))
    elif rng.random() < 0.2:
        work = work + (work - cv2.GaussianBlur(work, (0, 0), 1.0)) * rng.uniform(0.2, 0.7)
    if rng.random() < 0.3:
        work = work + rng.normal(0, rng.uniform(1, 7), work.shape).astype(np.float32)
    picture = np.clip(work, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        quality = int(rng.integers(40, 95))
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return picture


def targets(boxes: np.ndarray, head: int) -> np.ndarray:
    """What one head should say, (7, rows, columns): heat, its weight, whether a box is due, and that box x1 y1 x2 y2.

    Heat is a Gaussian that is 1 in the cell of an object's centre; a box is due there and in the eight cells around.
    The weight is 0 where something unclear is: neither saying yes nor no is wrong there.
    """
    stride = HEADS[head].stride
    rows, columns = CROP_HEIGHT // stride, CROP_WIDTH // stride
    heat, weight = np.zeros((rows, columns), np.float32), np.ones((rows, columns), np.float32)
    due, nearest = np.zeros((rows, columns), np.float32), np.full((rows, columns), np.inf, np.float32)
    corners = np.zeros((4, rows, columns), np.float32)
    y, x = np.mgrid[:rows, :columns]
    for class_id, x1, y1, x2, y2, clear in boxes:
        if class_id != head:
            continue
        if not clear:
            weight[int(y1 // stride) : int(y2 // stride) + 1, int(x1 // stride) : int(x2 // stride) + 1] = 0
            continue
        cx, cy = (x1 + x2) / 2 / stride, (y1 + y2) / 2 / stride
        column, row = min(int(cx), columns - 1), min(int(cy), rows - 1)
        sigma_x = max(0.55, (x2 - x1) / stride / 6)
        sigma_y = max(0.55, (y2 - y1) / stride / 6)
        distance = ((x - column) / sigma_x) ** 2 + ((y - row) / sigma_y) ** 2
        np.maximum(heat, np.exp(-distance / 2), out=heat)
        exact = ((x + 0.5 - cx) / sigma_x) ** 2 + ((y + 0.5 - cy) / sigma_y) ** 2
        exact[row, column] = 0
        mine = (np.abs(x - column) <= 1) & (np.abs(y - row) <= 1) & (exact < nearest)
        due[mine], nearest[mine] = 1, exact[mine]
        corners[:, mine] = np.array([x1, y1, x2, y2], np.float32)[:, None]
    weight[heat > 0.999] = 1
    return np.concatenate([heat[None], weight[None], due[None], corners])
