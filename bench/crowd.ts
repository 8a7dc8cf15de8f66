import { seeded } from "../test/support/onnx/seeded.ts";

/** What a detector would say of a picture with many objects, before it is put into one head's numbers. */
export interface Crowd {
  readonly anchors: number;
  readonly classCount: number;
  readonly cells: readonly { readonly x: number; readonly y: number; readonly stride: number }[];
  /** Centre and size in pixels, anchor by anchor. */
  readonly boxes: Float32Array;
  /** A score per class, anchor by anchor: mostly far below any floor, high around the objects. */
  readonly scores: Float32Array;
}

/** Objects of 20 to 200 pixels, seen by the anchors around their middle: less, the farther these are and the worse they fit. */
export function crowd({
  width,
  height,
  strides,
  classCount,
  objects,
  seed,
}: {
  width: number;
  height: number;
  strides: readonly number[];
  classCount: number;
  objects: number;
  seed: number;
}): Crowd {
  const random = seeded(seed);
  const cells = strides.flatMap((stride) =>
    Array.from({ length: (width / stride) * (height / stride) }, (_, cell) => ({
      x: ((cell % (width / stride)) + 0.5) * stride,
      y: (Math.floor(cell / (width / stride)) + 0.5) * stride,
      stride,
    })),
  );
  const boxes = new Float32Array(cells.length * 4);
  // Like what a sigmoid leaves of a confident "no".
  const scores = Float32Array.from(
    { length: cells.length * classCount },
    () => 1e-5 * (1 + 100 * random() ** 4),
  );
  for (const [anchor, { x, y, stride }] of cells.entries()) {
    boxes.set([x, y, stride * (2 + random()), stride * (2 + random())], anchor * 4);
  }
  for (let object = 0; object < objects; object++) {
    const size = 20 + 180 * random() ** 2;
    const [centreX, centreY] = [random() * width, random() * height];
    const classId = random() < 0.5 ? 0 : Math.floor(random() * classCount);
    for (const [anchor, { x, y, stride }] of cells.entries()) {
      const away = Math.hypot(x - centreX, y - centreY) / (2 * stride);
      if (away > 1.5) continue;
      const misfit = Math.log2(size / (4 * stride));
      const score = 0.95 * Math.exp(-2 * away ** 2 - misfit ** 2) * (0.6 + 0.4 * random());
      if (score < scores[anchor * classCount + classId]!) continue;
      scores[anchor * classCount + classId] = score;
      scores[anchor * classCount + ((classId + 1) % classCount)] = score * 0.3 * random();
      const jitter = () => 1 + 0.15 * (random() - 0.5);
      boxes.set(
        [centreX * jitter(), centreY * jitter(), size * jitter(), size * jitter()],
        anchor * 4,
      );
    }
  }
  return { anchors: cells.length, classCount, cells, boxes, scores };
}

/** Anchor by anchor: box, with objectness where asked for, scores. */
export function decodedOf(
  { anchors, classCount, boxes, scores }: Crowd,
  { objectness = false }: { objectness?: boolean } = {},
): Float32Array {
  const before = objectness ? 5 : 4;
  const width = before + classCount;
  const data = new Float32Array(anchors * width);
  for (let anchor = 0; anchor < anchors; anchor++) {
    const own = scores.subarray(anchor * classCount, (anchor + 1) * classCount);
    data.set(boxes.subarray(anchor * 4, anchor * 4 + 4), anchor * width);
    data.set(own, anchor * width + before);
    if (!objectness) continue;
    const most = own.reduce((a, b) => Math.max(a, b));
    data[anchor * width + 4] = most;
    data.set(
      own.map((score) => score / most),
      anchor * width + 5,
    );
  }
  return data;
}

/** As YOLOX's head says it before its grid: offsets in cells, log sizes, objectness, classes. */
export function rawOf(scene: Crowd): Float32Array {
  const data = decodedOf(scene, { objectness: true });
  const width = 5 + scene.classCount;
  for (const [anchor, { x, y, stride }] of scene.cells.entries()) {
    const at = anchor * width;
    data[at] = (data[at]! - x) / stride + 0.5;
    data[at + 1] = (data[at + 1]! - y) / stride + 0.5;
    data[at + 2] = Math.log(data[at + 2]! / stride);
    data[at + 3] = Math.log(data[at + 3]! / stride);
  }
  return data;
}

/** The logits and boxes of so many queries, those that see most. */
export function logitsOf({ anchors, classCount, boxes, scores }: Crowd, queries: number) {
  const strength = (anchor: number) =>
    Math.max(...scores.subarray(anchor * classCount, (anchor + 1) * classCount));
  const chosen = Array.from({ length: anchors }, (_, anchor) => anchor)
    .sort((a, b) => strength(b) - strength(a))
    .slice(0, queries);
  const logits = chosen.flatMap((anchor) =>
    [...scores.subarray(anchor * classCount, (anchor + 1) * classCount)].map((score) =>
      Math.log(score / (1 - score)),
    ),
  );
  const normalised = chosen.flatMap((anchor) =>
    [...boxes.subarray(anchor * 4, anchor * 4 + 4)].map((value) => value / 640),
  );
  return {
    logits: [{ data: Float32Array.from(logits), dims: [1, queries, classCount] }],
    boxes: [{ data: Float32Array.from(normalised), dims: [1, queries, 4] }],
  };
}

/** Rows × columns as columns × rows. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}
