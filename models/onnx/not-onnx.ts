import { ModelRefused } from "../model-refused.ts";

const ultralytics = "`yolo export model=best.pt format=onnx`";

/** Other files that people take for a model, by how they begin. */
const others: readonly {
  readonly mark: string;
  readonly at?: number;
  readonly is: string;
  readonly hint: string;
}[] = [
  {
    mark: "PK\x03\x04",
    is: "a PyTorch checkpoint or another zip archive",
    hint: `Export it as ONNX: ${ultralytics}, or unpack the archive.`,
  },
  {
    mark: "\x80\x02",
    is: "a PyTorch checkpoint (a pickle)",
    hint: `Export it as ONNX, for example ${ultralytics}.`,
  },
  {
    mark: "version https://git-lfs",
    is: "a pointer of Git LFS and not the file itself",
    hint: "Run `git lfs pull` in its repository.",
  },
  {
    mark: "<",
    is: "a web page or XML",
    hint: "The download answered with a page, or this is OpenVINO's XML: get the .onnx file itself.",
  },
  {
    mark: "TFL3",
    at: 4,
    is: "a TensorFlow Lite model",
    hint: "Convert the original with tf2onnx, or export it as ONNX.",
  },
  { mark: "\x89HDF", is: "a Keras model (HDF5)", hint: "Convert it with tf2onnx." },
  {
    mark: "ftrt",
    is: "a TensorRT engine",
    hint: "Add the ONNX file that it was built from.",
  },
  {
    mark: "ORTM",
    at: 4,
    is: "a model in onnxruntime's own format (.ort)",
    hint: "Add the ONNX file that it was made from.",
  },
  { mark: "GGUF", is: "a language model (GGUF)", hint: "Export a detector as ONNX." },
];

/** Refuses a file that begins as another kind does; throws ModelRefused. An ONNX file itself has no mark. */
export function refuseOtherFiles(head: Uint8Array): void {
  if (head.length === 0) {
    throw new ModelRefused("The file is empty.", { hint: "Download or export it again." });
  }
  const text = Buffer.from(head).toString("latin1");
  const other = others.find(({ mark, at = 0 }) => text.startsWith(mark, at));
  if (other) throw new ModelRefused(`The file is ${other.is}.`, { hint: other.hint });
}
