"""A pinhole camera beside the pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Camera:
    """Sits at `position` (metres), looks at `target`; `focal` in pixels. Pixel coordinates name corners: 0…width."""

    position: np.ndarray
    target: np.ndarray
    focal: float
    width: int = 1280
    height: int = 720

    @property
    def axes(self) -> np.ndarray:
        """Rows: right, down and forward in world coordinates (3, 3)."""
        forward = (self.target - self.position) / np.linalg.norm(self.target - self.position)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(forward, right), forward])

    @property
    def matrix(self) -> np.ndarray:
        """Homogeneous world point (4) to homogeneous pixel (3), as 3 × 4."""
        intrinsic = np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1]])
        axes = self.axes
        return intrinsic @ np.column_stack([axes, -axes @ self.position])

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World points (n, 3) to pixels (n, 2) and their depths (n) in metres."""
        homogeneous = points @ self.matrix[:, :3].T + self.matrix[:, 3]
        depths = np.maximum(homogeneous[:, 2], 0.1)
        return homogeneous[:, :2] / depths[:, None], depths

    def plane(self, origin: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Maps points (s, t, 1) of the plane origin + s·u + t·v to pixels, as 3 × 3."""
        lift = np.zeros((4, 3))
        lift[:3, 0], lift[:3, 1], lift[:3, 2], lift[3, 2] = u, v, origin, 1
        return self.matrix @ lift
