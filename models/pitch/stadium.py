"""What stands still: grass, lines, goals, advertising boards and the crowd, as textured planes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from camera import Camera
from match import PITCH

GRASS_PIXELS_PER_METRE = 22
STAND_PIXELS_PER_METRE = 24
MARGIN = 8.0  # Metres of grass around the lines.
BOARD_HEIGHT = 1.1
SLOGANS = ("FRAMEQUEUE", "EVERY FRAME", "NOTHING LOST", "UPLOAD · QUEUE · DETECT", "PUBLISHED ONCE", "FRAMEQUEUE")


@dataclass(frozen=True)
class Light:
    """`shadows`: where each lamp throws them, metres along the ground per metre of height; one by day, four by night.

    `shadow_depth` is the share of light that a shadow takes; `warmth` the shift from blue to red; both 0–1.
    """

    shadows: tuple[tuple[float, float], ...]
    shadow_depth: float
    brightness: float
    warmth: float


class Stadium:
    """Textures painted once; `draw()` puts them into a camera's picture."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.grass = _grass(rng)
        long_side, short_side = PITCH[0] + 2 * MARGIN, PITCH[1] + 2 * MARGIN
        crowd = rng.integers(2**31)
        boards = _Boards.random(rng)
        self.planes = [  # Far to near: texture, origin, direction of its columns.
            (_stand(crowd, long_side, boards), np.array([-MARGIN, PITCH[1] + 6.0, 0]), np.array([1.0, 0, 0])),
            (_stand(crowd + 1, short_side, boards), np.array([-6.0, -MARGIN, 0]), np.array([0, 1.0, 0])),
            (
                _stand(crowd + 2, short_side, boards),
                np.array([PITCH[0] + 6.0, PITCH[1] + MARGIN, 0]),
                np.array([0, -1.0, 0]),
            ),
        ]

    def draw(self, camera: Camera) -> np.ndarray:
        """An empty pitch, RGB uint8 (height, width, 3)."""
        picture = np.full((camera.height, camera.width, 3), (24, 28, 34), np.uint8)
        origin = np.array([-MARGIN, -MARGIN, 0.0])
        metre = 1 / GRASS_PIXELS_PER_METRE
        self._warp(picture, self.grass, camera.plane(origin, np.array([metre, 0, 0]), np.array([0, metre, 0])))
        metre = 1 / STAND_PIXELS_PER_METRE
        for texture, base, along in self.planes:
            top = base + (0, 0, texture.shape[0] * metre)
            self._warp(picture, texture, camera.plane(top, along * metre, np.array([0, 0, -metre])))
        for x in (0.0, PITCH[0]):
            _draw_goal(picture, camera, x)
        return picture

    @staticmethod
    def _warp(picture: np.ndarray, texture: np.ndarray, homography: np.ndarray) -> None:
        # Behind the camera a homography mirrors; every texture ends before it could be seen there.
        height, width = picture.shape[:2]
        half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV names pixel centres, we corners.
        pixel_homography = np.linalg.inv(half) @ homography @ half
        cv2.warpPerspective(
            texture,
            pixel_homography,
            (width, height),
            dst=picture,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
        )


def _grass(rng: np.random.Generator) -> np.ndarray:
    scale = GRASS_PIXELS_PER_METRE
    width, height = (int(v) for v in np.round((PITCH + 2 * MARGIN) * scale))
    green = np.array([rng.uniform(48, 92), rng.uniform(112, 150), rng.uniform(38, 66)])
    x = (np.arange(width) + 0.5) / scale - MARGIN
    y = (np.arange(height) + 0.5) / scale - MARGIN
    band = rng.choice([5.25, 7.0, 8.75])
    contrast = rng.uniform(0.035, 0.085)
    along = np.where((x // band).astype(int) % 2, 1, -1)[None]
    across = np.where((y // (PITCH[1] / 10)).astype(int) % 2, 1, -1)[:, None]
    mowing = {0: along, 1: (along + across) / 1.5, 2: along * across}[int(rng.choice(3, p=(0.6, 0.2, 0.2)))]
    shade = np.ones((height, width), np.float32) * (1 + contrast * mowing)
    for cell_metres, strength in ((0.09, 0.045), (0.5, 0.025), (9.0, 0.04)):
        cells = (int(width / (cell_metres * scale)), int(height / (cell_metres * scale)))
        noise = rng.normal(0, 1, (cells[1], cells[0])).astype(np.float32)
        shade += strength * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    outside = (x < -3) | (x > PITCH[0] + 3)
    shade[:, outside] *= 0.86
    texture = shade[..., None] * green.astype(np.float32)
    texture = _lines(np.clip(texture, 0, 255).astype(np.uint8), rng)
    return texture


def _lines(texture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The markings, 13 cm wide and not quite opaque."""
    scale, painted = GRASS_PIXELS_PER_METRE, texture.copy()
    white = tuple(float(v) for v in np.full(3, rng.uniform(215, 242)))
    thick = max(2, round(0.13 * scale))

    def at(x: float, y: float) -> tuple[int, int]:
        return round((x + MARGIN) * scale * 16), round((y + MARGIN) * scale * 16)

    def rectangle(x0: float, y0: float, x1: float, y1: float) -> None:
        cv2.rectangle(painted, at(x0, y0), at(x1, y1), white, thick, cv2.LINE_AA, 4)

    def arc(x: float, y: float, radius: float, start: float, end: float) -> None:
        axes = (round(radius * scale * 16),) * 2
        cv2.ellipse(painted, at(x, y), axes, 0, start, end, white, thick, cv2.LINE_AA, 4)

    length, width = PITCH
    middle = width / 2
    rectangle(0, 0, length, width)
    cv2.line(painted, at(length / 2, 0), at(length / 2, width), white, thick, cv2.LINE_AA, 4)
    arc(length / 2, middle, 9.15, 0, 360)
    for goal, inward in ((0.0, 1), (length, -1)):
        rectangle(goal, middle - 20.16, goal + inward * 16.5, middle + 20.16)
        rectangle(goal, middle - 9.16, goal + inward * 5.5, middle + 9.16)
        turn = 0 if inward == 1 else 180
        arc(goal + inward * 11, middle, 9.15, turn - 53, turn + 53)
        for corner in (0.0, width):
            start = {(1, 0.0): 0, (-1, 0.0): 90, (-1, width): 180, (1, width): 270}[(inward, corner)]
            arc(goal, corner, 1.0, start, start + 90)
    for x in (11.0, length / 2, length - 11.0):
        cv2.circle(painted, at(x, middle), round(0.2 * scale * 16), white, -1, cv2.LINE_AA, 4)
    return cv2.addWeighted(painted, 0.85, texture, 0.15, 0)


@dataclass(frozen=True)
class _Boards:
    """Advertising boards, one colour and one slogan per panel."""

    colours: np.ndarray
    order: np.ndarray

    @classmethod
    def random(cls, rng: np.random.Generator) -> _Boards:
        dark = rng.uniform(10, 70, (6, 3)) + np.eye(3)[rng.integers(0, 3, 6)] * rng.uniform(20, 120)
        return cls(dark, rng.permutation(6))

    def paint(self, length_pixels: int, height_pixels: int) -> np.ndarray:
        font = ImageFont.load_default(size=round(height_pixels * 0.66))
        image = Image.new("RGB", (length_pixels, height_pixels))
        pen = ImageDraw.Draw(image)
        panel, left, index = round(11 * STAND_PIXELS_PER_METRE), 0, 0
        while left < length_pixels:
            choice = int(self.order[index % 6])
            pen.rectangle((left, 0, left + panel, height_pixels), fill=tuple(int(v) for v in self.colours[choice]))
            pen.text((left + panel / 2, height_pixels / 2), SLOGANS[choice], (228, 232, 238), font, anchor="mm")
            left, index = left + panel, index + 1
        return np.array(image)


def _stand(seed: int, length_metres: float, boards: _Boards) -> np.ndarray:
    """Boards below, rows of spectators above (16 m)."""
    rng = np.random.default_rng(seed)
    scale = STAND_PIXELS_PER_METRE
    width, height = round(length_metres * scale), round(16 * scale)
    stand = np.zeros((height, width, 3), np.float32) + rng.uniform(22, 42)
    row_pixels, seat_pixels = round(0.85 * scale), round(0.62 * scale)
    for top in range(0, height, row_pixels):
        stand[top : top + 3] += 12
        for left in range(int(rng.integers(seat_pixels)), width, seat_pixels):
            if rng.random() < 0.16:
                continue
            x, y = left + rng.normal(0, 1.5), top + row_pixels * 0.72 + rng.normal(0, 1)
            coat = rng.uniform(30, 150) * rng.uniform(0.6, 1.1, 3)
            skin = np.array((196, 150, 122)) * rng.uniform(0.35, 0.85)
            cv2.ellipse(stand, (round(x), round(y)), (6, 8), 0, 0, 360, coat.tolist(), -1)
            cv2.circle(stand, (round(x), round(y - 9)), 4, skin.tolist(), -1)
    stand = cv2.GaussianBlur(stand * 0.62, (0, 0), 1.6)
    board = round(BOARD_HEIGHT * scale)
    stand[height - board :] = boards.paint(width, board)
    stand[height - board - 3 : height - board] = 150
    return np.clip(stand, 0, 255).astype(np.uint8)


def _draw_goal(picture: np.ndarray, camera: Camera, x: float) -> None:
    """Posts, bar and a net 1.8 m deep."""
    side = -1.0 if x == 0 else 1.0
    low, high, top = PITCH[1] / 2 - 3.66, PITCH[1] / 2 + 3.66, 2.44
    corners = np.array([(x, low, 0), (x, low, top), (x, high, top), (x, high, 0)])
    pixels, depths = camera.project(corners)
    if depths.min() < 5 or (pixels[:, 0].max() < -200) or (pixels[:, 0].min() > camera.width + 200):
        return
    net = picture.copy()
    threads = [((x, y, top), (x + side * 1.8, y, 0)) for y in np.linspace(low, high, 31)]
    for share in np.linspace(0, 1, 9):
        back = x + side * 1.8 * share
        threads.append(((back, low, top * (1 - share)), (back, high, top * (1 - share))))
        for y in (low, high):
            threads.append(((back, y, 0), (back, y, top * (1 - share))))
    for thread in threads:
        _segment(net, camera, np.array(thread), (225, 228, 230), 1)
    cv2.addWeighted(net, 0.34, picture, 0.66, 0, dst=picture)
    thick = max(2, round(0.13 * camera.focal / depths.mean()))
    for a, b in ((0, 1), (1, 2), (2, 3)):
        _segment(picture, camera, corners[[a, b]], (244, 244, 242), thick)


def _segment(picture: np.ndarray, camera: Camera, ends: np.ndarray, colour: tuple, thick: int) -> None:
    pixels, _ = camera.project(ends.astype(float))
    a, b = (tuple(int(v) for v in np.clip(np.round((p - 0.5) * 16), -(2**20), 2**20)) for p in pixels)
    cv2.line(picture, a, b, colour, thick, cv2.LINE_AA, 4)
