"""Players and ball as small 3-D bodies made of capsules, and their drawing into anti-aliased patches."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from camera import Camera
from match import BALL_RADIUS

Colour = tuple[float, float, float]  # RGB, 0–255

SUPERSAMPLING = 3
_SHIFT = 4  # Fractional bits of the coordinates that OpenCV draws with.

_GOLDEN = (1 + 5**0.5) / 2
_PATCHES = np.array(  # The 12 corners of an icosahedron: where a football has its dark pentagons.
    [v for a in (-1, 1) for b in (-_GOLDEN, _GOLDEN) for v in ((0, a, b), (a, b, 0), (b, 0, a))]
) / np.hypot(1, _GOLDEN)


@dataclass(frozen=True)
class Kit:
    """What a team wears; `pattern` is plain, stripes, hoops or sash, in the second colour."""

    shirt: Colour
    second: Colour
    shorts: Colour
    socks: Colour
    pattern: str


@dataclass(frozen=True)
class Look:
    """What tells one player from another in the same kit."""

    kit: Kit
    skin: Colour
    hair: Colour
    boots: Colour
    height: float


@dataclass(frozen=True)
class Capsule:
    """A limb: the volume within `radius` metres of the line a–b."""

    a: np.ndarray
    b: np.ndarray
    radius: float
    colour: Colour


@dataclass(frozen=True)
class Patch:
    """A drawn object, cropped to the picture: `rgb` (h, w, 3) 0–255 times `alpha` (h, w) 0–1, and its top-left pixel.

    `box` is the exact outline (x1 y1 x2 y2) and `area` the silhouette in pixels, both before cropping.
    """

    rgb: np.ndarray
    alpha: np.ndarray
    left: int
    top: int
    box: tuple[float, float, float, float]
    area: float


def player_body(ground: np.ndarray, heading: float, stride: float, speed: float, look: Look) -> list[Capsule]:
    """The capsules of a running (or standing) player at `ground` (x, y), which looks along `heading` (radians)."""
    size = look.height / 1.82
    forward = np.array([np.cos(heading), np.sin(heading), 0.0])
    left = np.array([-forward[1], forward[0], 0.0])
    up = np.array([0.0, 0.0, 1.0])
    effort = float(np.clip(speed / 5.5, 0.1, 1.0))

    def swung(angle: float) -> np.ndarray:
        return forward * np.sin(angle) - up * np.cos(angle)

    lean = 0.05 + 0.14 * effort
    spine = up * np.cos(lean) + forward * np.sin(lean)
    hips = np.array([*ground, 0.93])
    neck = hips + spine * 0.56
    head = neck + spine * 0.2
    kit = look.kit
    capsules: list[Capsule] = []
    soles: list[float] = []

    for side in (1, -1):
        phase = stride + (0 if side == 1 else np.pi)
        hip = hips + left * side * 0.1
        thigh = 0.85 * effort * np.sin(phase) + 0.12 * effort
        bend = 0.12 + effort * (0.25 + 1.15 * max(0.0, np.cos(phase)))
        knee = hip + swung(thigh) * 0.44
        ankle = knee + swung(thigh - bend) * 0.43
        toe = ankle + swung(thigh - bend + 1.45) * 0.17
        soles += [ankle[2], toe[2]]
        capsules += [
            Capsule(hip, knee, 0.075, look.skin),
            Capsule(hip, hip + (knee - hip) * 0.68, 0.115, kit.shorts),
            Capsule(knee, ankle, 0.062, kit.socks),
            Capsule(ankle, toe, 0.05, look.boots),
        ]

        shoulder = neck + left * side * 0.19 - spine * 0.05
        swing = -0.8 * effort * np.sin(phase)
        elbow = shoulder + swung(swing) * 0.29 + left * side * (0.07 + 0.03 * effort)
        hand = elbow + swung(swing + 0.25 + 1.2 * effort) * 0.26
        capsules += [
            Capsule(elbow, hand, 0.043, look.skin),
            Capsule(shoulder, elbow, 0.062, kit.shirt),
            Capsule(shoulder - left * side * 0.06 - spine * 0.06, hip + spine * 0.06, 0.105, kit.shirt),
        ]
    capsules += _shirt_pattern(kit, hips, neck, left, forward)
    capsules += [
        Capsule(hips - left * 0.07, hips + left * 0.07, 0.115, kit.shorts),
        Capsule(neck - left * 0.1 - spine * 0.04, neck + left * 0.1 - spine * 0.04, 0.09, kit.shirt),
        Capsule(neck, head, 0.055, look.skin),
        Capsule(head + forward * 0.02, head + forward * 0.02 - up * 0.03, 0.105, look.skin),
        Capsule(head - forward * 0.03 + up * 0.035, head - forward * 0.03 + up * 0.03, 0.112, look.hair),
    ]
    # The lowest sole stands on the grass; a little flight at full speed.
    drop = up * (min(soles) - 0.05 - 0.05 * effort * abs(np.cos(stride)))
    feet = np.array([*ground, 0.0])
    return [
        Capsule(feet + (c.a - drop - feet) * size, feet + (c.b - drop - feet) * size, c.radius * size, c.colour)
        for c in capsules
    ]


def _shirt_pattern(
    kit: Kit, hips: np.ndarray, neck: np.ndarray, left: np.ndarray, forward: np.ndarray
) -> list[Capsule]:
    """Bands of the second colour on the chest and on the back."""
    bands: list[Capsule] = []
    for face in (forward * 0.085, -forward * 0.085):
        if kit.pattern == "hoops":
            for height in (0.3, 0.62):
                middle = hips + (neck - hips) * height + face
                bands.append(Capsule(middle - left * 0.15, middle + left * 0.15, 0.045, kit.second))
        elif kit.pattern == "stripes":
            for offset in (-0.1, 0.1):
                across = left * offset + face
                bands.append(Capsule(hips + (neck - hips) * 0.15 + across, neck + across * 0.9, 0.035, kit.second))
        elif kit.pattern == "sash":
            bands.append(Capsule(neck - left * 0.12 + face, hips + left * 0.13 + face, 0.045, kit.second))
    return bands


def draw_player(camera: Camera, body: list[Capsule], light: float) -> Patch | None:
    """The player as the camera sees it; None when wholly out of the picture."""
    ends = np.array([(c.a, c.b) for c in body])  # (n, 2, 3)
    points, depths = camera.project(ends.reshape(-1, 3))
    scales = camera.focal / depths
    radii = np.array([c.radius for c in body]) * scales.reshape(-1, 2).mean(1)
    margin = radii.max() + 2
    canvas = _Canvas.around(points.min(0) - margin, points.max(0) + margin, camera)
    if canvas is None:
        return None
    points = points.reshape(-1, 2, 2)
    order = np.argsort(-depths.reshape(-1, 2).mean(1))
    for index in order:
        base = np.array(body[index].colour) * light
        (a, b), radius = points[index], radii[index]
        canvas.line(a, b, radius, base * 0.74)
        shine = np.array([-0.16, -0.2]) * radius
        canvas.line(a + shine, b + shine, radius * 0.66, base)
    return canvas.patch(camera)


def draw_ball(camera: Camera, centre: np.ndarray, spin: np.ndarray, smear: np.ndarray, light: float) -> Patch | None:
    """The ball, smeared along `smear` (pixels moved while the shutter was open); its box is that of mid exposure."""
    (point,), (depth,) = camera.project(centre[None])
    radius = BALL_RADIUS * camera.focal / depth
    margin = radius + 3 + np.abs(smear)
    canvas = _Canvas.around(point - margin, point + margin, camera, supersampling=6)
    if canvas is None:
        return None
    for shade, share in ((0.72, 1.0), (0.86, 0.86), (1.0, 0.62)):
        shine = np.array([-0.2, -0.28]) * radius * (1 - share)
        canvas.line(point + shine, point + shine, radius * share, np.array((250, 250, 248)) * light * shade)
    for direction in _PATCHES @ spin.T:
        offset = camera.axes @ direction  # right, down, away
        if offset[2] < -0.15:
            tangent = offset[:2] / max(1e-6, np.hypot(*offset[:2]))
            canvas.ellipse(point + offset[:2] * radius * 0.93, radius * 0.3 * -offset[2], radius * 0.3, tangent)
    return canvas.patch(camera, smear)


class _Canvas:
    """A supersampled picture of one object, with its mask."""

    def __init__(self, left: int, top: int, width: int, height: int, supersampling: int) -> None:
        self.left, self.top, self.width, self.height, self.supersampling = left, top, width, height, supersampling
        shape = (height * supersampling, width * supersampling)
        self.rgb = np.zeros((*shape, 3), np.uint8)
        self.mask = np.zeros(shape, np.uint8)

    @classmethod
    def around(
        cls, low: np.ndarray, high: np.ndarray, camera: Camera, supersampling: int = SUPERSAMPLING
    ) -> _Canvas | None:
        left, top = np.floor(low).astype(int)
        right, bottom = np.ceil(high).astype(int) + 1
        if right <= 0 or bottom <= 0 or left >= camera.width or top >= camera.height:
            return None
        return cls(left, top, right - left, bottom - top, supersampling)

    def _fixed(self, point: np.ndarray) -> tuple[int, int]:
        # OpenCV's integer coordinates name pixel centres; ours name pixel corners, hence the half.
        local = (np.asarray(point) - (self.left, self.top)) * self.supersampling - 0.5
        return tuple(int(v) for v in np.round(local * (1 << _SHIFT)))

    def line(self, a: np.ndarray, b: np.ndarray, radius: float, colour: np.ndarray) -> None:
        colour = tuple(float(v) for v in np.clip(colour, 0, 255))
        thickness = max(1, round(2 * radius * self.supersampling))
        if np.abs(a - b).max() < 0.2:
            half = max(1, round(radius * self.supersampling * (1 << _SHIFT)))
            cv2.circle(self.rgb, self._fixed(a), half, colour, -1, cv2.LINE_8, _SHIFT)
            cv2.circle(self.mask, self._fixed(a), half, 255, -1, cv2.LINE_8, _SHIFT)
            return
        cv2.line(self.rgb, self._fixed(a), self._fixed(b), colour, thickness, cv2.LINE_8, _SHIFT)
        cv2.line(self.mask, self._fixed(a), self._fixed(b), 255, thickness, cv2.LINE_8, _SHIFT)

    def ellipse(self, centre: np.ndarray, along: float, across: float, direction: np.ndarray) -> None:
        """A dark pentagon of the ball, seen at an angle; never outside what is already drawn."""
        axes = tuple(max(1, round(r * self.supersampling * (1 << _SHIFT))) for r in (along, across))
        degrees = float(np.degrees(np.arctan2(direction[1], direction[0])))
        dark = self.rgb.copy()
        cv2.ellipse(dark, self._fixed(centre), axes, degrees, 0, 360, (34, 34, 40), -1, cv2.LINE_8, _SHIFT)
        self.rgb[self.mask > 0] = dark[self.mask > 0]

    def patch(self, camera: Camera, smear: np.ndarray | None = None) -> Patch | None:
        columns, rows = np.flatnonzero(self.mask.any(0)), np.flatnonzero(self.mask.any(1))
        if columns.size == 0:
            return None
        ss = self.supersampling
        box = (
            self.left + columns[0] / ss,
            self.top + rows[0] / ss,
            self.left + (columns[-1] + 1) / ss,
            self.top + (rows[-1] + 1) / ss,
        )
        premultiplied, mask = self.rgb, self.mask
        if smear is not None and np.hypot(*smear) > 0.7:
            kernel = _motion_kernel(smear * ss)
            premultiplied, mask = cv2.filter2D(premultiplied, -1, kernel), cv2.filter2D(mask, -1, kernel)
        size = (self.width, self.height)
        alpha = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        rgb = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        return _cropped(rgb, alpha, self.left, self.top, box, camera)


def _cropped(rgb: np.ndarray, alpha: np.ndarray, left: int, top: int, box: tuple, camera: Camera) -> Patch | None:
    x0, y0 = max(0, -left), max(0, -top)
    x1, y1 = min(alpha.shape[1], camera.width - left), min(alpha.shape[0], camera.height - top)
    if x1 <= x0 or y1 <= y0:
        return None
    return Patch(rgb[y0:y1, x0:x1], alpha[y0:y1, x0:x1], left + x0, top + y0, box, float(alpha.sum()))


def _motion_kernel(smear: np.ndarray) -> np.ndarray:
    """A line of the length and direction of `smear` (pixels), of sum 1."""
    size = int(np.ceil(np.abs(smear).max())) | 1
    kernel = np.zeros((size + 2, size + 2), np.float32)
    middle = (size + 2) / 2 - 0.5
    a, b = (np.array([middle, middle]) + sign * smear / 2 for sign in (-1, 1))
    fixed = [tuple(int(v) for v in np.round(p * 16)) for p in (a, b)]
    cv2.line(kernel, fixed[0], fixed[1], 1.0, 1, cv2.LINE_8, 4)
    return kernel / kernel.sum()
