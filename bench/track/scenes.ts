import type { Detection } from "../../contracts/detection.ts";
import { film, goodEye } from "./film.ts";
import { randomOf, type Random } from "./random.ts";
import type { Scene } from "./scene.ts";
import { picture, walker, type Actor } from "./world.ts";

const secondsLong = 12;

const times = (framesPerSecond: number) =>
  Array.from({ length: secondsLong * framesPerSecond }, (_, index) => index / framesPerSecond);

/** People who walk about and stay in the picture. */
function walkers(count: number, random: Random, pace = 120): Actor[] {
  return Array.from({ length: count }, (_, id) => {
    const height = random.between(70, 130);
    const size = [height * 0.4, height] as const;
    const angle = random.between(0, 2 * Math.PI);
    const speed = random.between(0.4, 1.2) * pace;
    return walker(
      {
        id,
        size,
        wander: 0.4 * pace,
        stays: true,
        to: secondsLong,
        start: [random.between(60, picture.width - 60), random.between(120, picture.height - 120)],
        velocity: [speed * Math.cos(angle), (speed * Math.sin(angle)) / 2],
      },
      random,
    );
  });
}

/** Two rows that walk through one another. */
function crossings(seed: number): Scene {
  const random = randomOf(seed + 1);
  const actors = Array.from({ length: 16 }, (_, id) => {
    const fromLeft = id % 2 === 0;
    const speed = random.between(80, 150);
    return walker(
      {
        id,
        size: [40, 100],
        wander: 15,
        stays: true,
        to: secondsLong,
        start: [fromLeft ? random.between(30, 300) : random.between(980, 1250), 200 + 22 * id],
        velocity: [fromLeft ? speed : -speed, random.normal(8)],
      },
      random,
    );
  });
  return film("crossings", { actors, times: times(25) }, random);
}

/** People behind pillars, for 0.3 to 1 s each time. */
function occlusions(seed: number): Scene {
  const random = randomOf(seed + 2);
  const screens = [200, 460, 720, 980].map((x, at): Detection["box"] => [
    x,
    0,
    x + [60, 75, 90, 105][at]!,
    picture.height,
  ]);
  const actors = Array.from({ length: 8 }, (_, id) =>
    walker(
      {
        id,
        size: [40, 100],
        wander: 4,
        to: secondsLong,
        start: [random.between(-20, 100), 60 + 80 * id],
        velocity: [random.between(100, 130), 0],
      },
      random,
    ),
  );
  return film("occlusions of 0.3–1 s", { actors, screens, times: times(25) }, random);
}

/** A street: people come in at the sides and leave again. */
function comings(seed: number): Scene {
  const random = randomOf(seed + 3);
  const actors = Array.from({ length: 40 }, (_, id) => {
    const fromLeft = random.between(0, 1) < 0.5;
    const from = random.between(0, secondsLong - 3);
    const speed = random.between(120, 320);
    return walker(
      {
        id,
        size: [44, 110],
        wander: 20,
        from,
        to: secondsLong,
        start: [fromLeft ? -20 : picture.width + 20, random.between(100, 620)],
        velocity: [fromLeft ? speed : -speed, 0],
      },
      random,
    );
  });
  return film("comings and goings", { actors, times: times(25) }, random);
}

/** A detector that overlooks, invents and trembles. */
function badEye(seed: number): Scene {
  const random = randomOf(seed + 4);
  const eye = { missed: 0.15, invented: 2, jitter: 0.06, score: 0.75 };
  return film("a bad detector", { actors: walkers(15, random), times: times(25), eye }, random);
}

/** Scores around the shown floor, and far below where somebody is half hidden. */
function faint(seed: number): Scene {
  const random = randomOf(seed + 5);
  const eye = { ...goodEye, score: 0.52 };
  return film("low scores", { actors: walkers(25, random), times: times(25), eye }, random);
}

/** Frames of 10 to 60 ms, and now and then none for up to 0.3 s. */
function unevenTimes(seed: number): Scene {
  const random = randomOf(seed + 6);
  const uneven: number[] = [];
  for (let t = 0; t < secondsLong;) {
    uneven.push(t);
    t += random.between(0, 1) < 0.05 ? random.between(0.1, 0.3) : random.between(0.01, 0.06);
  }
  return film("uneven times", { actors: walkers(20, random), times: uneven }, random);
}

function sampled(seed: number): Scene {
  const random = randomOf(seed + 7);
  return film("5 frames a second", { actors: walkers(12, random), times: times(5) }, random);
}

/** A ball of 14 pixels that flies by up to 36 of them per frame and is kicked, among players. */
function ball(seed: number): Scene {
  const random = randomOf(seed + 8);
  const kicked = walker(
    {
      id: 100,
      class_id: 1,
      size: [14, 14],
      kicks: 1,
      stays: true,
      to: secondsLong,
      start: [640, 360],
      velocity: [800, 400],
    },
    random,
  );
  const actors = [...walkers(8, random), kicked];
  return film("a small fast ball", { actors, times: times(25) }, random);
}

function crowd(seed: number): Scene {
  const random = randomOf(seed + 9);
  return film("a crowd of 60", { actors: walkers(60, random, 80), times: times(25) }, random);
}

/** So many people who walk about, for measuring time. */
export function walkingScene(count: number): Scene {
  const random = randomOf(0);
  return film(`${count} people`, { actors: walkers(count, random), times: times(25) }, random);
}

/** Scenes of ours with known identities, from a seed. */
export const madeScenes = (seed: number): Scene[] => [
  crossings(100 * seed),
  occlusions(100 * seed),
  comings(100 * seed),
  badEye(100 * seed),
  faint(100 * seed),
  unevenTimes(100 * seed),
  sampled(100 * seed),
  ball(100 * seed),
  crowd(100 * seed),
];
