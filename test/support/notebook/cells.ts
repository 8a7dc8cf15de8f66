import { readFile } from "node:fs/promises";
import * as z from "zod";

const Notebook = z.object({
  cells: z.array(
    z.object({
      id: z.string(),
      source: z.array(z.string()),
      outputs: z
        .array(
          z.object({
            text: z.array(z.string()).optional(),
            evalue: z.string().optional(),
          }),
        )
        .default([]),
    }),
  ),
});

/** What the cells of an executed notebook printed, and with what they failed. */
export async function cellOutputs(path: string) {
  const { cells } = Notebook.parse(JSON.parse(await readFile(path, "utf8")));
  const outputs = cells.flatMap((cell) => cell.outputs);
  return {
    printed: outputs.flatMap(({ text }) => text ?? []).join(""),
    errors: outputs.flatMap(({ evalue }) => evalue ?? []),
  };
}

/** What stands in these cells, as one program. */
export async function codeOf(path: string, ids: readonly string[]): Promise<string> {
  const { cells } = Notebook.parse(JSON.parse(await readFile(path, "utf8")));
  return ids.map((id) => cells.find((cell) => cell.id === id)!.source.join("")).join("\n");
}
