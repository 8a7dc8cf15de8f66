import type { ModelManifest } from "../../../../contracts/model.ts";
import type { ModelOutput } from "../../../../contracts/model-output.ts";
import { at, bestOf, centred, range, type NaiveBox, type Plain } from "./tensor.ts";

type Of<Name extends ModelOutput["decoder"]> = Extract<ModelOutput, { decoder: Name }>;
type Answers = Readonly<Record<string, Plain>>;
type Given<Name extends ModelOutput["decoder"]> = {
  readonly output: Of<Name>;
  readonly manifest: ModelManifest;
  readonly answers: Answers;
  readonly picture: number;
};

/**
 * Every box that a graph answers for one picture, as its family defines it, without a floor and without a thought for
 * speed: written anew, so that the worker's decoders have something to be compared with.
 */
export function naiveBoxes(
  manifest: ModelManifest,
  answers: Answers,
  picture: number,
): readonly NaiveBox[] {
  const { output } = manifest;
  const given = { manifest, answers, picture };
  if (output.decoder === "yolox") return yolox({ ...given, output });
  if (output.decoder === "yolo-v8") return yoloV8({ ...given, output });
  if (output.decoder === "yolo-v5") return yoloV5({ ...given, output });
  if (output.decoder === "rows") return rows({ ...given, output });
  if (output.decoder === "boxes") return boxes({ ...given, output });
  if (output.decoder === "detr") return detr({ ...given, output });
  if (output.decoder === "nanodet") return nanodet({ ...given, output });
  if (output.decoder === "yunet") return yunet({ ...given, output });
  return scrfd({ ...given, output });
}

/** Column, row and stride of each cell, level by level. */
const cellsOf = ({ input: { width, height } }: ModelManifest, strides: readonly number[]) =>
  strides.flatMap((stride, level) => {
    const columns = Math.ceil(width / stride);
    return range(columns * Math.ceil(height / stride)).map((cell) => ({
      level,
      cell,
      stride,
      column: cell % columns,
      row: Math.floor(cell / columns),
    }));
  });

function yolox({ output, manifest, answers, picture }: Given<"yolox">): NaiveBox[] {
  const answer = answers[output.tensors.predictions]!;
  return cellsOf(manifest, output.strides).map(({ stride, column, row }, anchor) => {
    const [dx, dy, logWidth, logHeight, objectness, ...scores] = range(answer.dims[2]!).map(
      (index) => at(answer, picture, anchor, index),
    ) as [number, number, number, number, number, ...number[]];
    const { classId, score } = bestOf(scores);
    const centre = [(column + dx) * stride, (row + dy) * stride] as const;
    const box = centred(...centre, Math.exp(logWidth) * stride, Math.exp(logHeight) * stride);
    return { box, score: objectness * score, classId };
  });
}

function yoloV8({ output, manifest, answers, picture }: Given<"yolo-v8">): NaiveBox[] {
  const answer = answers[output.tensors.predictions]!;
  const channels = 4 + manifest.classes.length;
  const turned = answer.dims[1] !== channels;
  const { width, height } = manifest.input;
  const [unitX, unitY] = output.units === "normalised" ? [width, height] : [1, 1];
  return range(turned ? answer.dims[1]! : answer.dims[2]!).map((anchor) => {
    const [one, two, three, four, ...scores] = range(channels).map((channel) =>
      turned ? at(answer, picture, anchor, channel) : at(answer, picture, channel, anchor),
    ) as [number, number, number, number, ...number[]];
    const given = [one * unitX, two * unitY, three * unitX, four * unitY] as const;
    const box = output.format === "xyxy" ? ([...given] as NaiveBox["box"]) : centred(...given);
    return { box, ...bestOf(scores) };
  });
}

function yoloV5({ output, manifest, answers, picture }: Given<"yolo-v5">): NaiveBox[] {
  const answer = answers[output.tensors.predictions]!;
  const { input } = manifest;
  const [unitX, unitY] = output.units === "normalised" ? [input.width, input.height] : [1, 1];
  return range(answer.dims[1]!).map((anchor) => {
    const [x, y, width, height, objectness, ...scores] = range(5 + manifest.classes.length).map(
      (index) => at(answer, picture, anchor, index),
    ) as [number, number, number, number, number, ...number[]];
    const { classId, score } = bestOf(scores);
    const box = centred(x * unitX, y * unitY, width * unitX, height * unitY);
    return { box, score: objectness * score, classId };
  });
}

function rows({ output, manifest, answers, picture }: Given<"rows">): NaiveBox[] {
  const answer = answers[output.tensors.rows]!;
  const { columns, units, class_offset: offset } = output;
  const { width, height } = manifest.input;
  const [unitX, unitY] = units === "normalised" ? [width, height] : [1, 1];
  const perPicture = answer.dims.length === 3;
  const all = range(answer.dims.at(-2)!).map((row) => {
    const values = columns.map((_, column) =>
      perPicture ? at(answer, picture, row, column) : at(answer, row, column),
    );
    return Object.fromEntries(columns.map((name, column) => [name, values[column]!])) as Record<
      (typeof columns)[number],
      number
    >;
  });
  return all
    .filter(({ batch }) => perPicture || !columns.includes("batch") || batch === picture)
    .filter(({ score, class: said }) => score > 0 && said >= offset)
    .map(({ x1, y1, x2, y2, cx, cy, w, h, score, class: said }) => ({
      box: columns.includes("cx")
        ? centred(cx * unitX, cy * unitY, w * unitX, h * unitY)
        : [x1 * unitX, y1 * unitY, x2 * unitX, y2 * unitY],
      score,
      classId: said - offset,
    }));
}

function boxes({ output, manifest, answers, picture }: Given<"boxes">): NaiveBox[] {
  const { tensors, format, units, class_offset: offset } = output;
  const { width, height } = manifest.input;
  const [unitX, unitY] = units === "normalised" ? [width, height] : [1, 1];
  const part = (name: string | undefined) => (name === undefined ? undefined : answers[name]!);
  const [places, scores, classes] = [
    part(tensors.boxes)!,
    part(tensors.scores),
    part(tensors.classes),
  ];
  const batched = places.dims.length === 3;
  const of = (tensor: Plain, ...indices: number[]) =>
    at(tensor, ...(batched ? [picture] : []), ...indices);
  const counted = part(tensors.count)?.numbers[picture];

  return range(places.dims.at(-2)!)
    .slice(0, counted)
    .map((row) => {
      const [a, b, c, d] = range(4).map((column) => of(places, row, column)) as [
        number,
        number,
        number,
        number,
      ];
      const corners = {
        xyxy: [a, b, c, d] as const,
        yxyx: [b, a, d, c] as const,
        cxcywh: centred(a, b, c, d),
      }[format];
      const [x1, y1, x2, y2] = corners;
      const box = [x1 * unitX, y1 * unitY, x2 * unitX, y2 * unitY] as const;
      if (scores && !classes) {
        return { box, ...bestOf(manifest.classes.map((_, id) => of(scores, row, id + offset))) };
      }
      const score = scores ? of(scores, row) : of(places, row, 4);
      return { box, score, classId: of(classes!, row) - offset };
    })
    .filter(({ score, classId }) => score > 0 && classId >= 0);
}

function detr({ output, manifest, answers, picture }: Given<"detr">): NaiveBox[] {
  const logits = answers[output.tensors.logits]!;
  const places = answers[output.tensors.boxes]!;
  const { width, height } = manifest.input;
  return range(logits.dims[1]!).flatMap((query): NaiveBox[] => {
    const [x, y, boxWidth, boxHeight] = range(4).map((index) => at(places, picture, query, index));
    const box = centred(x! * width, y! * height, boxWidth! * width, boxHeight! * height);
    const all = range(logits.dims[2]!).map((column) => at(logits, picture, query, column));
    const own = all.slice(output.class_offset, output.class_offset + manifest.classes.length);
    if (output.activation === "sigmoid") {
      return own.map((logit, classId) => ({ box, score: 1 / (1 + Math.exp(-logit)), classId }));
    }
    const total = all.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return [{ box, ...bestOf(own.map((logit) => Math.exp(logit) / total)) }];
  });
}

function nanodet({ output, manifest, answers, picture }: Given<"nanodet">): NaiveBox[] {
  const { tensors, strides, reg_max: regMax, centre } = output;
  const classCount = manifest.classes.length;
  const { width, height } = manifest.input;
  return cellsOf(manifest, strides).map(({ level, cell, stride, column, row }, anchor) => {
    const scoreAt = (classId: number) =>
      "predictions" in tensors
        ? at(answers[tensors.predictions]!, picture, anchor, classId)
        : at(answers[tensors.scores[level]!]!, picture, cell, classId);
    const logitAt = (index: number) =>
      "predictions" in tensors
        ? at(answers[tensors.predictions]!, picture, anchor, classCount + index)
        : at(answers[tensors.distances[level]!]!, picture, cell, index);
    const [left, top, right, bottom] = range(4).map((side) => {
      const parts = range(regMax + 1).map((bin) => Math.exp(logitAt(side * (regMax + 1) + bin)));
      const sum = parts.reduce((a, b) => a + b, 0);
      return (parts.reduce((mean, part, bin) => mean + part * bin, 0) / sum) * stride;
    }) as [number, number, number, number];
    const middle = centre === "middle" ? (stride - 1) / 2 : 0;
    const [x, y] = [column * stride + middle, row * stride + middle];
    const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
    return {
      box: [
        within(x - left, width),
        within(y - top, height),
        within(x + right, width),
        within(y + bottom, height),
      ],
      ...bestOf(range(classCount).map(scoreAt)),
    };
  });
}

function yunet({ output, manifest, answers, picture }: Given<"yunet">): NaiveBox[] {
  const { tensors, strides } = output;
  return cellsOf(manifest, strides).map(({ level, cell, stride, column, row }) => {
    const of = (names: readonly string[], index: number) =>
      at(answers[names[level]!]!, picture, cell, index);
    const [dx, dy, logWidth, logHeight] = range(4).map((index) => of(tensors.boxes, index)) as [
      number,
      number,
      number,
      number,
    ];
    const centre = [(column + dx) * stride, (row + dy) * stride] as const;
    return {
      box: centred(...centre, Math.exp(logWidth) * stride, Math.exp(logHeight) * stride),
      score: Math.sqrt(of(tensors.classes, 0) * of(tensors.objectness, 0)),
      classId: 0,
    };
  });
}

function scrfd({ output, manifest, answers }: Given<"scrfd">): NaiveBox[] {
  const { tensors, strides, anchors_per_cell: perCell } = output;
  return cellsOf(manifest, strides).flatMap(({ level, cell, stride, column, row }) =>
    range(perCell).map((which): NaiveBox => {
      const anchor = cell * perCell + which;
      const [left, top, right, bottom] = range(4).map(
        (index) => at(answers[tensors.boxes[level]!]!, anchor, index) * stride,
      ) as [number, number, number, number];
      const [x, y] = [column * stride, row * stride];
      return {
        box: [x - left, y - top, x + right, y + bottom],
        score: at(answers[tensors.scores[level]!]!, anchor, 0),
        classId: 0,
      };
    }),
  );
}
