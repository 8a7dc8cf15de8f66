import * as z from "zod";

/** Name of one graph output. */
const Tensor = z.string().min(1);
/** Names of the outputs of a head with several levels, in the order of `strides`. */
const Levels = z.array(Tensor).min(1).max(8);

/** Pixels of the input per cell of each level, finest first. */
const Strides = z.array(z.int().min(1).max(256)).min(1).max(8);

const Units = z.enum(["pixels", "normalised"]);
const BoxFormat = z.enum(["xyxy", "yxyx", "cxcywh"]);
const CornersOrCentre = BoxFormat.extract(["xyxy", "cxcywh"]);
/** What class id 0 is called in the tensor: 1 where 0 means background. */
const ClassOffset = z.int().min(0).max(1).default(0);

/**
 * How output tensors become boxes: one decoder for each way, each in a file of that name in gpu-worker/detector/decoders/,
 * with the names of the graph's outputs by the part that they play. C is the number of classes, A of anchors, N of rows.
 */
export const ModelOutput = z.discriminatedUnion("decoder", [
  /** YOLOX's raw head, B × A × (5 + C): grid and stride still to be applied, scores are objectness × class. */
  z.object({
    decoder: z.literal("yolox"),
    tensors: z.object({ predictions: Tensor }),
    strides: Strides.default([8, 16, 32]),
  }),
  /**
   * Ultralytics v8/11/12, B × (4 + C) × A or transposed: centre, size, one score per class. Normalised: RT-DETR's export
   * there. Corners: LibreYOLO's exports.
   */
  z.object({
    decoder: z.literal("yolo-v8"),
    tensors: z.object({ predictions: Tensor }),
    format: CornersOrCentre.default("cxcywh"),
    units: Units.default("pixels"),
  }),
  /** YOLOv5/v6/v7 and YOLOX with decoded boxes, B × A × (5 + C): centre and size, objectness × class. Normalised: YOLOv5's TensorFlow exports. */
  z.object({
    decoder: z.literal("yolo-v5"),
    tensors: z.object({ predictions: Tensor }),
    units: Units.default("pixels"),
  }),
  /**
   * One finished detection per row, (B ×) N × columns: v10/26/end-to-end, NMS in the graph, YOLOv7 and NAS with a batch
   * column. A box is its corners (x1, y1, x2, y2), or its centre and size (cx, cy, w, h): RT-DETR's newer export there.
   */
  z.object({
    decoder: z.literal("rows"),
    tensors: z.object({ rows: Tensor, count: Tensor.optional() }),
    columns: z
      .array(
        z.enum([
          "batch",
          "x1",
          "y1",
          "x2",
          "y2",
          "cx",
          "cy",
          "w",
          "h",
          "score",
          "class",
          "ignored",
        ]),
      )
      .min(5)
      .max(64),
    units: Units.default("pixels"),
    class_offset: ClassOffset,
  }),
  /** Boxes, scores and classes in tensors of their own: RT-DETR, D-FINE, DEIM, torchvision, TF SSD/EfficientDet, MMDeploy, YOLO-NAS. */
  z.object({
    decoder: z.literal("boxes"),
    tensors: z.object({
      /** … × 4, or … × 5 with the score last where `scores` is absent. */
      boxes: Tensor,
      scores: Tensor.optional(),
      /** Absent where `scores` has a column per class. */
      classes: Tensor.optional(),
      count: Tensor.optional(),
    }),
    format: BoxFormat,
    units: Units,
    class_offset: ClassOffset,
  }),
  /** DETR, RF-DETR, RT-DETR of Hugging Face: B × N × (C or C + 1) logits, B × N × 4 boxes, centre and size, normalised. */
  z.object({
    decoder: z.literal("detr"),
    tensors: z.object({ logits: Tensor, boxes: Tensor }),
    /** `softmax`: the last column is "no object". `sigmoid`: every (query, class) is a candidate. */
    activation: z.enum(["sigmoid", "softmax"]),
    class_offset: ClassOffset,
  }),
  /** NanoDet and NanoDet-Plus: class scores after sigmoid, and four distributions over 0…reg_max per side (GFL). */
  z.object({
    decoder: z.literal("nanodet"),
    tensors: z.union([
      /** B × A × (C + 4 × (reg_max + 1)). */
      z.object({ predictions: Tensor }),
      z.object({ scores: Levels, distances: Levels }),
    ]),
    strides: Strides,
    reg_max: z.int().min(1).max(32).default(7),
    /** Where in its cell an anchor's centre lies, in cells: 0 in NanoDet-Plus, (stride − 1) / 2 / stride ("middle") before. */
    centre: z.enum(["corner", "middle"]),
  }),
  /** YuNet faces: per level class, objectness, box offsets (exponential sizes). */
  z.object({
    decoder: z.literal("yunet"),
    tensors: z.object({ classes: Levels, objectness: Levels, boxes: Levels }),
    strides: Strides.default([8, 16, 32]),
  }),
  /** SCRFD faces: per level scores and distances to the four sides, in strides. */
  z.object({
    decoder: z.literal("scrfd"),
    tensors: z.object({ scores: Levels, boxes: Levels }),
    strides: Strides.default([8, 16, 32]),
    anchors_per_cell: z.int().min(1).max(4).default(2),
  }),
]);
export type ModelOutput = z.infer<typeof ModelOutput>;

/** The decoders that there are, by name. */
export type DecoderName = ModelOutput["decoder"];
export const decoderNames = ModelOutput.options.map(
  ({ shape }) => shape.decoder.value,
) as readonly DecoderName[];
