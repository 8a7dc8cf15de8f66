"""Synthetic football scenes with exact boxes: the data that the pitch model is trained and judged on.

`Scene(seed)` is a match with its stadium, kits, light and camera, all from the seed. `advance()` moves it by 1/25 s
and `render()` gives the picture, RGB uint8 (720, 1280, 3), with its truth: a list of `Box`.

What is in the truth:
- class 0 `player`: the tight box of the silhouette (no shadow), goalkeepers included. Class 1 `ball`: the box of the
  sphere at mid exposure. Pixels, x1 y1 x2 y2, clipped to the picture; parts behind somebody else stay in the box.
- An object is kept if at least VISIBLE_MIN of its silhouette is in the picture and not behind others; `Box.visible`
  is that share. Less visible ones are left out of the truth, but returned as `Frame.unclear` (trained on as neither).

Write frames and boxes as PNG, to look at:  python scenes.py --seed 1 --frames 4 --out /tmp/scenes
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from camera import Camera
from figures import Kit, Look, Patch, draw_ball, draw_player, player_body
from match import PITCH, TICK, Match
from stadium import Light, Stadium

CLASSES = ("player", "ball")
WIDTH, HEIGHT, FPS = 1280, 720, 25
VISIBLE_MIN = (0.4, 0.5)  # By class.
SHUTTER_SECONDS = 1 / 250

_SHIRTS = [
    (206, 32, 44), (28, 70, 176), (238, 238, 236), (24, 26, 34), (244, 206, 40), (120, 192, 236), (122, 20, 44),
    (236, 116, 28), (94, 44, 140), (18, 112, 116), (232, 96, 140), (150, 200, 40),
]  # fmt: skip
_SKINS = [(236, 196, 168), (214, 164, 130), (176, 122, 90), (128, 84, 60), (92, 60, 44)]
_HAIRS = [(28, 22, 20), (66, 44, 30), (120, 84, 48), (190, 160, 100), (40, 36, 36)]
_BOOTS = [(24, 24, 26), (240, 240, 240), (250, 90, 40), (60, 220, 120), (250, 220, 40), (60, 120, 250)]


@dataclass(frozen=True)
class Box:
    """One object: class id, which object it is (a player's 0–21, the ball 22), box in pixels, share of it that can be seen."""

    class_id: int
    number: int
    x1: float
    y1: float
    x2: float
    y2: float
    visible: float


@dataclass(frozen=True)
class Frame:
    """A picture with what is in it (`boxes`) and what hardly shows (`unclear`)."""

    picture: np.ndarray
    boxes: list[Box]
    unclear: list[Box]


class Scene:
    """A match being filmed. Equal seeds give equal pictures."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.match = Match(rng)
        self.stadium = Stadium(rng)
        self.light = _light(rng)
        self.looks = _looks(rng)
        self.pixels_per_metre = rng.uniform(40, 58)
        self.tripod = np.array([PITCH[0] / 2, rng.uniform(-34, -22), rng.uniform(12, 18)])
        self.zoom_phase = rng.uniform(0, 2 * np.pi)
        self.noise = rng.uniform(0, 3.0)
        self.seconds = 0.0
        self.aim = self.match.ball[:2].copy()
        self.aim_velocity = np.zeros(2)

    def advance(self, ticks: int = 1) -> None:
        """Lets the match and the camera go on."""
        for _ in range(ticks):
            self.match.step()
            self.seconds += TICK
            # A critically damped spring: the operator is a little late and never jerks.
            pull = (self.match.ball[:2] - self.aim) * 3.2 - self.aim_velocity * 3.6
            self.aim_velocity += pull * TICK
            self.aim += self.aim_velocity * TICK

    def camera(self) -> Camera:
        """Beside the pitch, half-way along with the ball, zoomed so that players keep about one size."""
        aim = np.clip(self.aim, (9, 10), PITCH - (9, 8))
        position = self.tripod + ((aim[0] - PITCH[0] / 2) * 0.6, 0, 0)
        target = np.array([aim[0], aim[1] + 1.0, 0.5])
        zoom = 1 + 0.1 * np.sin(self.zoom_phase + self.seconds * 0.35)
        focal = self.pixels_per_metre * zoom * np.linalg.norm(target - position)
        return Camera(position, target, focal, WIDTH, HEIGHT)

    def render(self) -> Frame:
        """The picture now, and its truth."""
        camera, match = self.camera(), self.match
        speeds = np.hypot(*match.velocities.T)
        bodies = [
            player_body(match.positions[i], match.headings[i], match.strides[i], speeds[i], self.looks[i])
            for i in range(22)
        ]
        picture = self.stadium.draw(camera).astype(np.float32)
        picture *= self._shadows(camera, bodies)[..., None]

        objects: list[tuple[float, int, int, Patch]] = []  # depth, class id, number, patch
        for i, body in enumerate(bodies):
            patch = draw_player(camera, body, self.light.brightness)
            if patch:
                objects.append((float(camera.axes[2] @ (*match.positions[i], 0)), 0, i, patch))
        ends = np.stack([match.ball, match.ball + match.ball_velocity * SHUTTER_SECONDS])
        smear = np.subtract(*camera.project(ends)[0][::-1])
        ball = draw_ball(camera, match.ball, match.ball_spin, smear, self.light.brightness)
        if ball:
            objects.append((float(camera.axes[2] @ match.ball), 1, len(bodies), ball))
        objects.sort(key=lambda entry: -entry[0])

        for *_, patch in objects:
            rows, columns = _extent(patch)
            picture[rows, columns] = picture[rows, columns] * (1 - patch.alpha[..., None]) + patch.rgb
        boxes, unclear = _truth(objects)
        return Frame(self._developed(picture), boxes, unclear)

    def _shadows(self, camera: Camera, bodies: list) -> np.ndarray:
        """Factor (height, width) by which shadows darken the ground."""
        factor = np.ones((HEIGHT, WIDTH), np.float32)
        for direction in self.light.shadows:
            mask = np.zeros((HEIGHT, WIDTH), np.uint8)
            limbs = [limb for body in bodies for limb in body]
            ends = np.array([(limb.a, limb.b) for limb in limbs]).reshape(-1, 3)
            radii = np.array([limb.radius for limb in limbs])
            ends = np.concatenate([ends, self.match.ball[None], self.match.ball[None]])
            radii = np.append(radii, 0.15)
            ground = ends.copy()
            ground[:, :2] += np.array(direction) * ends[:, 2:]
            ground[:, 2] = 0
            pixels, depths = camera.project(ground)
            inside = (np.abs(pixels - (WIDTH / 2, HEIGHT / 2)) < (WIDTH, HEIGHT)).all(1).reshape(-1, 2).all(1)
            thick = np.maximum(1, np.round(1.5 * radii * camera.focal / depths[::2])).astype(int)
            fixed = np.round((pixels - 0.5) * 16).astype(int).reshape(-1, 2, 2)
            for index in np.flatnonzero(inside):
                cv2.line(
                    mask,
                    tuple(map(int, fixed[index, 0])),
                    tuple(map(int, fixed[index, 1])),
                    255,
                    int(thick[index]),
                    cv2.LINE_AA,
                    4,
                )
            mask = cv2.GaussianBlur(mask, (0, 0), 1.3)
            factor *= 1 - mask.astype(np.float32) * (self.light.shadow_depth / 255)
        return factor

    def _developed(self, picture: np.ndarray) -> np.ndarray:
        """Light, vignette, pan blur and sensor noise."""
        warmth = np.array([1 + self.light.warmth, 1.0, 1 - self.light.warmth], np.float32)
        y, x = np.ogrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
        vignette = (1 - 0.1 * (x * x + y * y)).astype(np.float32)
        picture = picture * vignette[..., None] * warmth
        pan = abs(self.aim_velocity[0]) * self.pixels_per_metre * SHUTTER_SECONDS
        if pan > 0.8:
            picture = cv2.blur(picture, (1 + 2 * round(pan / 2), 1))
        if self.noise > 0.2:
            # A quarter of a picture of grain, four times over: nobody sees it, and it costs a quarter.
            grain = self.rng.normal(0, self.noise, (HEIGHT // 2, WIDTH // 2)).astype(np.float32)
            picture = picture + np.tile(grain, (2, 2))[..., None]
        return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def _extent(patch: Patch) -> tuple[slice, slice]:
    height, width = patch.alpha.shape
    return slice(patch.top, patch.top + height), slice(patch.left, patch.left + width)


def _truth(objects: list[tuple[float, int, int, Patch]]) -> tuple[list[Box], list[Box]]:
    """Splits objects, sorted far to near, into those that show enough and those that do not."""
    covered = np.zeros((HEIGHT, WIDTH), np.float32)
    clear: list[Box] = []
    unclear: list[Box] = []
    for _, class_id, number, patch in reversed(objects):
        rows, columns = _extent(patch)
        seen = float((patch.alpha * (1 - covered[rows, columns])).sum())
        covered[rows, columns] = np.maximum(covered[rows, columns], patch.alpha)
        visible = seen / max(patch.area, 1e-6)
        x1, y1, x2, y2 = patch.box
        corners = max(0.0, x1), max(0.0, y1), min(float(WIDTH), x2), min(float(HEIGHT), y2)
        box = Box(class_id, number, *corners, round(visible, 3))
        (clear if visible >= VISIBLE_MIN[class_id] else unclear).append(box)
    return clear, unclear


def _light(rng: np.random.Generator) -> Light:
    if rng.random() < 0.6:
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.3)
        sun = (float(np.cos(angle) * length), float(np.sin(angle) * length))
        return Light((sun,), rng.uniform(0.38, 0.55), rng.uniform(0.92, 1.05), rng.uniform(-0.02, 0.06))
    corners = tuple((x * 0.7, y * 0.6) for x in (-1.0, 1.0) for y in (-1.0, 1.0))
    return Light(corners, rng.uniform(0.14, 0.24), rng.uniform(0.86, 1.0), rng.uniform(-0.05, 0.02))


def _looks(rng: np.random.Generator) -> list[Look]:
    """Kits of two teams and two goalkeepers, all told apart, and 22 people in them."""
    colours = [np.array(_SHIRTS[i], float) for i in rng.permutation(len(_SHIRTS))]
    first = colours[0]
    colours.sort(key=lambda colour: colour is not first and np.abs(colour - first).sum() < 160)
    kits = []
    for index in range(4):
        shirt, second = colours[index], colours[(index + 4) % len(colours)]
        pattern = str(rng.choice(["plain", "stripes", "hoops", "sash"], p=(0.45, 0.25, 0.15, 0.15)))
        shorts = (shirt, second, np.array((236, 236, 234)), np.array((26, 28, 36)))[int(rng.integers(4))]
        socks = (shirt, second, shorts)[int(rng.integers(3))]
        kits.append(Kit(tuple(shirt), tuple(second), tuple(shorts), tuple(socks), "plain" if index > 1 else pattern))
    looks = []
    for player in range(22):
        kit = kits[2 + player // 11] if player % 11 == 0 else kits[player // 11]
        skin, hair, boots = (options[int(rng.integers(len(options)))] for options in (_SKINS, _HAIRS, _BOOTS))
        looks.append(Look(kit, skin, hair, boots, float(np.clip(rng.normal(1.82, 0.06), 1.66, 1.98))))
    return looks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=4, help="one every two seconds")
    parser.add_argument("--boxes", action="store_true", help="draw the truth")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    scene = Scene(arguments.seed)
    for number in range(arguments.frames):
        scene.advance(2 * FPS)
        frame = scene.render()
        picture = frame.picture[..., ::-1].copy()
        for box in frame.boxes if arguments.boxes else []:
            corners = [(round(box.x1), round(box.y1)), (round(box.x2), round(box.y2))]
            cv2.rectangle(picture, *corners, ((255, 255, 0), (0, 255, 255))[box.class_id], 1)
        cv2.imwrite(str(arguments.out / f"seed{arguments.seed}-{number}.png"), picture)


if __name__ == "__main__":
    main()
