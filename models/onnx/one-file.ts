import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PbfWriter } from "pbf";
import { limits } from "../../contracts/limits.ts";
import { ModelRefused } from "../model-refused.ts";
import { fileWindow } from "./file-window.ts";
import { readModel } from "./read-model.ts";
import { entryOf } from "./read-tensor.ts";
import { walkerOf, type Field, type Walker } from "./walk-fields.ts";

/** A model whose weights lie in the very file. */
export interface OneFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * The model with the weights that PyTorch's exporter writes into a file beside it (TensorProto's external_data) as one
 * file in a temporary folder, the same bytes every time; the file itself where it has all of them, or is no model.
 */
export async function inOneFile(path: string): Promise<OneFile> {
  const model = await readModel(path).catch(() => undefined);
  if (!model || model.externalFiles.length === 0) {
    return { path, async [Symbol.asyncDispose]() {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "framequeue-model-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const target = join(folder, basename(path));
    const pieces = await piecesOf(path);
    if (sizeOfAll(pieces) > limits.modelBytesMax) throw tooLarge();
    await pipeline(contentOf(pieces), createWriteStream(target));
    return { path: target, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Bytes, or a part of a file. */
type Piece = Uint8Array | { readonly path: string; readonly start: number; readonly end: number };

const numbers = { graph: 7, initializer: 5, rawData: 9, externalData: 13, dataLocation: 14 };
const lengthDelimited = 2;
const external = 1;

async function piecesOf(path: string): Promise<readonly Piece[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const walker = walkerOf(fileWindow(file.fd, size));
    const pieces: Piece[] = [];
    for (const field of walker.fields(0, size)) {
      pieces.push(
        ...(field.number === numbers.graph
          ? message(field, await graphPieces(walker, field, path))
          : asItIs(field, path)),
      );
    }
    return pieces;
  } finally {
    await file.close();
  }
}

async function graphPieces(walker: Walker, graph: Field, path: string): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (const field of walker.fields(graph.start, graph.end)) {
    const tensor =
      field.number === numbers.initializer ? await tensorPieces(walker, field, path) : undefined;
    pieces.push(...(tensor ? message(field, tensor) : asItIs(field, path)));
  }
  return pieces;
}

/** The tensor with its values inside; undefined where it has them. */
async function tensorPieces(
  walker: Walker,
  { start, end }: Field,
  path: string,
): Promise<readonly Piece[] | undefined> {
  const fields = [...walker.fields(start, end)];
  if (!fields.some(({ number, value }) => number === numbers.dataLocation && value === external))
    return undefined;
  const entries = new Map(
    fields
      .filter(({ number }) => number === numbers.externalData)
      .map((field) => entryOf(walker, field)),
  );
  const values = await valuesAt(entries, path);
  return [
    ...fields
      .filter(({ number }) => number !== numbers.externalData && number !== numbers.dataLocation)
      .flatMap((field) => asItIs(field, path)),
    header(numbers.rawData, values.end - values.start),
    values,
  ];
}

async function valuesAt(entries: ReadonlyMap<string, string>, path: string) {
  const location = entries.get("location") ?? "";
  // Another folder is nobody's business.
  if (location === "" || basename(location) !== location) {
    throw new ModelRefused(`The model keeps its weights in "${location}", not beside it.`, {
      hint: "Export it again, with `external_data=False` where the exporter has that.",
    });
  }
  const from = join(dirname(path), location);
  const size = await stat(from).then(
    (facts) => facts.size,
    () => undefined,
  );
  if (size === undefined) {
    throw new ModelRefused(`The model keeps its weights in "${location}", which is not there.`, {
      hint: "Put it beside the model: the exporter wrote both files.",
    });
  }
  const start = Number(entries.get("offset") ?? 0);
  const end = entries.has("length") ? start + Number(entries.get("length")) : size;
  if (!(start >= 0 && start <= end && end <= size)) {
    throw new ModelRefused(`"${location}" ends before the weights that the model keeps there.`, {
      hint: "Copy both files again: they belong together.",
    });
  }
  return { path: from, start, end };
}

/** A field whose content has changed. */
const message = ({ number }: Field, content: readonly Piece[]): readonly Piece[] => [
  header(number, sizeOfAll(content)),
  ...content,
];

function asItIs({ number, wire, start, end, value }: Field, path: string): readonly Piece[] {
  if (wire === lengthDelimited) return [header(number, end - start), { path, start, end }];
  const key = written((pbf) => pbf.writeVarint(number * 8 + wire));
  return wire === 0 ? [key, written((pbf) => pbf.writeVarint(value))] : [key, { path, start, end }];
}

/** What stands before content of that size. */
const header = (number: number, size: number): Uint8Array =>
  written((pbf) => {
    pbf.writeVarint(number * 8 + lengthDelimited);
    pbf.writeVarint(size);
  });

function written(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}

const sizeOfAll = (pieces: readonly Piece[]): number =>
  pieces.reduce(
    (sum, piece) =>
      sum + (piece instanceof Uint8Array ? piece.byteLength : piece.end - piece.start),
    0,
  );

const tooLarge = (): ModelRefused =>
  new ModelRefused(
    "The model and the weights beside it have more than 2 GB, which no ONNX file can.",
    {
      hint: "Is it the right file? A detector has a tenth of that.",
    },
  );

async function* contentOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else if (piece.end > piece.start) {
      // Its end is inclusive.
      yield* createReadStream(piece.path, { start: piece.start, end: piece.end - 1 });
    }
  }
}
