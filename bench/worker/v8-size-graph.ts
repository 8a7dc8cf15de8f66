import { newGraph, type Value } from "../../test/support/onnx/graph.ts";
import { seeded } from "../../test/support/onnx/seeded.ts";

const classCount = 80;
const regMax = 16;
/** In a Reshape: as it is. */
const same = 0;

/**
 * An ONNX graph of the size and signature of YOLOv8n's detection export (3.2 million weights, 8.7 GFLOP at 640 × 640,
 * output batch × 84 × 8400), with random weights: it takes as long as a trained one, and finds nothing.
 */
export function v8SizeGraph(size: number, batch: 1 | "dynamic" = 1): Uint8Array {
  const graph = newGraph();
  const random = seeded(8);

  function weights(dims: readonly number[]): Value {
    const count = dims.reduce((product, dim) => product * dim, 1);
    // Keeps the values' spread about the same from layer to layer (He et al. 2015).
    const spread = Math.sqrt(6 / (count / dims[0]!));
    return graph.floats(
      Array.from({ length: count }, () => (random() * 2 - 1) * spread),
      dims,
    );
  }
  const plainConv = (from: Value, [input, output]: readonly [number, number], bias: number) =>
    graph.one(
      "Conv",
      [from, weights([output, input, 1, 1]), graph.floats(Array(output).fill(bias) as number[])],
      { kernel_shape: [1, 1] },
    );
  function conv(from: Value, input: number, output: number, kernel = 1, stride = 1): Value {
    const pad = kernel >> 1;
    const bias = graph.floats(Array.from({ length: output }, () => random() * 0.1));
    const value = graph.one("Conv", [from, weights([output, input, kernel, kernel]), bias], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    });
    return graph.multiply(value, graph.sigmoid(value));
  }
  /** Cross-stage block with `depth` bottlenecks. */
  function c2f(from: Value, input: number, output: number, depth: number, shortcut: boolean) {
    const half = output / 2;
    const [left, right] = graph.op(
      "Split",
      [conv(from, input, output), graph.integers([half, half])],
      { axis: 1 },
      2,
    );
    const all = [left!, right!];
    for (let index = 0; index < depth; index++) {
      const last = all.at(-1)!;
      const made = conv(conv(last, half, half, 3), half, half, 3);
      all.push(shortcut ? graph.add(last, made) : made);
    }
    return conv(graph.concat(all, 1), half * (2 + depth), output);
  }
  function sppf(from: Value, width: number): Value {
    const pooled = [conv(from, width, width / 2)];
    for (let index = 0; index < 3; index++) {
      const options = { kernel_shape: [5, 5], strides: [1, 1], pads: [2, 2, 2, 2] };
      pooled.push(graph.one("MaxPool", [pooled.at(-1)!], options));
    }
    return conv(graph.concat(pooled, 1), width * 2, width);
  }
  const doubled = (from: Value) =>
    graph.one("Resize", [from, "", graph.floats([1, 1, 2, 2])], { mode: "nearest" });

  const pictures = batch === "dynamic" ? "batch" : batch;
  const images = graph.input("images", "float32", [pictures, 3, size, size]);
  const p2 = c2f(conv(conv(images, 3, 16, 3, 2), 16, 32, 3, 2), 32, 32, 1, true);
  const p3 = c2f(conv(p2, 32, 64, 3, 2), 64, 64, 2, true);
  const p4 = c2f(conv(p3, 64, 128, 3, 2), 128, 128, 2, true);
  const p5 = sppf(c2f(conv(p4, 128, 256, 3, 2), 256, 256, 1, true), 256);

  const up4 = c2f(graph.concat([doubled(p5), p4], 1), 384, 128, 1, false);
  const n3 = c2f(graph.concat([doubled(up4), p3], 1), 192, 64, 1, false);
  const n4 = c2f(graph.concat([conv(n3, 64, 64, 3, 2), up4], 1), 192, 128, 1, false);
  const n5 = c2f(graph.concat([conv(n4, 128, 128, 3, 2), p5], 1), 384, 256, 1, false);

  const heads = (
    [
      [n3, 64],
      [n4, 128],
      [n5, 256],
    ] as const
  ).map(([from, width], level) => {
    const cells = (size / (8 << level)) ** 2;
    const box = conv(conv(from, width, 64, 3), 64, 64, 3);
    const kind = conv(conv(from, width, 80, 3), 80, 80, 3);
    const both = [
      plainConv(box, [64, 4 * regMax], 0),
      // Far below any floor: random weights are to find nothing.
      plainConv(kind, [80, classCount], -30),
    ];
    return graph.reshape(graph.concat(both, 1), [same, 4 * regMax + classCount, cells]);
  });
  const all = graph.concat(heads, 2);
  const anchors = [8, 16, 32].reduce((sum, stride) => sum + (size / stride) ** 2, 0);
  const spread = graph.reshape(graph.slice(all, 1, 0, 4 * regMax), [same, 4, regMax, anchors]);
  const shares = graph.one("Softmax", [graph.transpose(spread, [0, 2, 1, 3])], { axis: 1 });
  const bins = graph.floats(
    Array.from({ length: regMax }, (_, bin) => bin),
    [1, regMax, 1, 1],
  );
  const sides = graph.one("Conv", [shares, bins], { kernel_shape: [1, 1] });
  const boxes = graph.multiply(graph.reshape(sides, [same, 4, anchors]), 8);
  const scores = graph.sigmoid(graph.slice(all, 1, 4 * regMax, 4 * regMax + classCount));
  graph.output("output0", graph.concat([boxes, scores], 1), "float32", [
    pictures,
    4 + classCount,
    anchors,
  ]);
  return graph.encode({}, "bench");
}
