"""A football match reduced to what a camera sees: where 22 players and a ball are, 25 times a second.

Metres and seconds. x runs along the pitch (0–105), y across it and away from the camera (0–68), z up.
Nobody follows the rules of the game very closely; players keep a formation around the ball, one dribbles,
two press, and the ball is passed on every second or so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PITCH = np.array([105.0, 68.0])
BALL_RADIUS = 0.16  # A real ball has 0.11; this one stays visible at half of 720p.
TICK = 1 / 25

# 4-3-3, as fractions of the pitch, for the team that plays towards larger x. The first is the goalkeeper.
FORMATION = np.array(
    [
        (0.04, 0.50),
        *[(0.24, y) for y in (0.14, 0.38, 0.62, 0.86)],
        *[(0.43, y) for y in (0.26, 0.50, 0.74)],
        *[(0.63, y) for y in (0.20, 0.50, 0.80)],
    ]
)


@dataclass
class Pass:
    """A ball under way: from `start` to where `receiver` will take it."""

    start: np.ndarray
    end: np.ndarray
    receiver: int
    seconds: float
    loft: float
    elapsed: float = 0.0

    def position(self) -> np.ndarray:
        """Ball centre (x, y, z); fast at first, slower at the end, on a parabola if lofted."""
        u = min(1.0, self.elapsed / self.seconds)
        ground = self.start + (self.end - self.start) * u * (1.4 - 0.4 * u)
        return np.array([*ground, BALL_RADIUS + self.loft * 4 * u * (1 - u)])


class Match:
    """The moving state; `step()` advances it by one tick. Equal generators give equal matches."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        mirrored = np.array([1.0, 0.0]) + np.array([-1.0, 1.0]) * FORMATION
        self.homes = np.concatenate([FORMATION, mirrored]) * PITCH  # (22, 2)
        self.teams = np.repeat([0, 1], 11)
        self.wander = rng.normal(0, 2, (22, 2))
        self.ball = np.array([*rng.uniform((18, 8), PITCH - (18, 8)), BALL_RADIUS])
        self.ball_velocity = np.zeros(3)
        self.ball_spin = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        self.positions = self._stations() + rng.normal(0, 2.5, (22, 2))
        self.velocities = rng.normal(0, 1, (22, 2))
        self.headings = rng.uniform(-np.pi, np.pi, 22)
        self.strides = rng.uniform(0, 2 * np.pi, 22)
        self.holder = int(np.argmin(self._distances(self.ball[:2])))
        self.hold_seconds = rng.uniform(0.6, 1.6)
        self.flight: Pass | None = None

    def step(self) -> None:
        """Advances players, then the ball."""
        self._move_players()
        before = self.ball.copy()
        self._move_ball()
        self.ball_velocity = (self.ball - before) / TICK
        self._roll(self.ball - before)

    def _distances(self, point: np.ndarray) -> np.ndarray:
        return np.hypot(*(self.positions - point).T)

    def _stations(self) -> np.ndarray:
        """Where each player would like to stand (22, 2): the formation, drawn towards the ball."""
        ball = self.ball[:2]
        stations = self.homes + (ball - PITCH / 2) * (0.6, 0.35)
        stations = ball + (stations - ball) * (0.72, 0.8) + self.wander
        keepers = np.array([0, 11])
        stations[keepers] = self.homes[keepers] + (ball - self.homes[keepers]) * (0.06, 0.12)
        return np.clip(stations, 1, PITCH - 1)

    def _move_players(self) -> None:
        rng, ball = self.rng, self.ball[:2]
        self.wander += -self.wander * 0.35 * TICK + rng.normal(0, 2.0 * np.sqrt(TICK), (22, 2))
        targets, limits = self._stations(), np.full(22, 4.2)

        owner = self.flight.receiver if self.flight else self.holder
        if self.flight:
            targets[owner], limits[owner] = self.flight.end, 7.0
        else:
            forward = 1.0 if self.teams[owner] == 0 else -1.0
            targets[owner] = self.positions[owner] + (6 * forward, self.wander[owner, 1] * 2.0)
            limits[owner] = 5.0
        opponents = np.flatnonzero(self.teams != self.teams[owner])
        pressing = opponents[np.argsort(self._distances(ball)[opponents])[:2]]
        for rank, player in enumerate(pressing):
            goal_side = (1.6 + 1.8 * rank) * np.sign(self.homes[player, 0] - PITCH[0] / 2 + 1e-9)
            targets[player], limits[player] = ball + (goal_side, 1.2 * rank), 5.4
        targets = np.clip(targets, 0.5, PITCH - 0.5)

        wish = (targets - self.positions) * 1.1
        speed = np.maximum(np.hypot(*wish.T), 1e-6)
        wish *= (np.minimum(speed, limits) / speed)[:, None]
        apart = self.positions[:, None] - self.positions[None]  # (22, 22, 2)
        gap = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 0.05)
        push = np.where((gap < 1.5) & (gap > 0.05), (1.5 - gap) * 4 / gap, 0.0)
        wish += (apart * push[..., None]).sum(1)
        change = (wish - self.velocities) * 3.0
        strength = np.maximum(np.hypot(*change.T), 1e-6)
        change *= (np.minimum(strength, 8.0) / strength)[:, None]
        self.velocities += change * TICK
        self.positions += self.velocities * TICK

        speed = np.hypot(*self.velocities.T)
        looking = np.where((speed > 0.9)[:, None], self.velocities, ball - self.positions)
        turn = np.arctan2(looking[:, 1], looking[:, 0]) - self.headings
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        self.headings += np.clip(turn * 5, -6, 6) * TICK
        self.strides += 2 * np.pi * np.minimum(0.55 + 0.2 * speed, 1.75) * TICK * np.minimum(1, speed)

    def _move_ball(self) -> None:
        if self.flight:
            self.flight.elapsed += TICK
            self.ball = self.flight.position()
            if self.flight.elapsed >= self.flight.seconds:
                self.holder, self.flight = self.flight.receiver, None
                self.hold_seconds = self.rng.uniform(0.5, 1.7)
            return
        heading, stride = self.headings[self.holder], self.strides[self.holder]
        facing = np.array([np.cos(heading), np.sin(heading)])
        touch = 0.62 + 0.3 * np.sin(stride) ** 2
        feet = self.positions[self.holder] + facing * touch + np.array([-facing[1], facing[0]]) * 0.12
        self.ball = np.array([*(self.ball[:2] + (feet - self.ball[:2]) * min(1, 9 * TICK)), BALL_RADIUS])
        self.hold_seconds -= TICK
        if self.hold_seconds <= 0:
            self._pass_on()

    def _pass_on(self) -> None:
        """Mostly to a team mate 6–28 m away, rather forward; now and then to an opponent."""
        rng, ball = self.rng, self.ball[:2]
        team = self.teams[self.holder]
        distances = self._distances(ball)
        forward = (self.positions[:, 0] - ball[0]) * (1 if team == 0 else -1)
        weights = np.exp(-(((distances - 14) / 7) ** 2)) * np.exp(forward / 25)
        weights = np.where(self.teams == team, weights, weights * 0.12) + 1e-9
        weights[[0, 11, self.holder]] *= 0.02
        weights[self.holder] = 0
        receiver = int(rng.choice(22, p=weights / weights.sum()))
        lofted = rng.random() < 0.25 and distances[receiver] > 10
        seconds = max(0.45, distances[receiver] / rng.uniform(11, 16)) * (1.25 if lofted else 1.0)
        end = self.positions[receiver] + self.velocities[receiver] * seconds * 0.7
        end = np.clip(end + rng.normal(0, 0.6, 2), 1, PITCH - 1)
        loft = rng.uniform(1.2, 3.2) if lofted else 0.0
        self.flight = Pass(ball.copy(), end, receiver, seconds, loft)

    def _roll(self, moved: np.ndarray) -> None:
        """Turns the ball about the axis across its path by the distance travelled."""
        distance = float(np.hypot(moved[0], moved[1]))
        if distance < 1e-6:
            return
        x, y = -moved[1] / distance, moved[0] / distance
        angle = distance / BALL_RADIUS
        c, s, t = np.cos(angle), np.sin(angle), 1 - np.cos(angle)
        turn = np.array([[t * x * x + c, t * x * y, s * y], [t * x * y, t * y * y + c, -s * x], [-s * y, s * x, c]])
        self.ball_spin = turn @ self.ball_spin
