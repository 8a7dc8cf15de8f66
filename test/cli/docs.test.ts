import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { exitCodes } from "../../cli/exit-codes.ts";
import { decoderNames } from "../../contracts/model-output.ts";
import { ModelManifest } from "../../contracts/model.ts";
import { builtInManifests } from "../../models/catalog.ts";

const cli = readFileSync("docs/cli.md", "utf8");
const models = readFileSync("docs/models.md", "utf8");

test("docs/cli.md explains every exit code and no other", () => {
  const rows = [...cli.matchAll(/^\| (\d[\d, ]*?) +\|/gm)].flatMap(([, codes]) =>
    codes!.split(", "),
  );

  expect(rows.map(Number)).toEqual(Object.values(exitCodes));
});

test("docs/models.md has a manifest for each decoder, complete but for what `model add` fills in", () => {
  const manifests = [...models.matchAll(/```json\n(.*?)```/gs)].map(
    ([, json]) => JSON.parse(json!) as object,
  );
  const { sha256, size_bytes } = builtInManifests[0]!.file;

  const decoders = manifests.map((manifest) => {
    const read = ModelManifest.safeParse({ ...manifest, file: { sha256, size_bytes } });
    expect(read.error?.issues ?? []).toEqual([]);
    return read.data?.output.decoder;
  });
  expect(decoders.toSorted()).toEqual([...decoderNames].sort());
});

test("docs/models.md describes every field of a manifest", () => {
  const { shape } = ModelManifest;
  const input = z.toJSONSchema(shape.input, { io: "input" }).properties ?? {};
  const output = Object.assign(
    {},
    ...(z.toJSONSchema(shape.output, { io: "input" }).oneOf ?? []).map(
      ({ properties }) => properties,
    ),
  ) as object;
  const post = z.toJSONSchema(shape.post, { io: "input" }).properties ?? {};
  const file = z.toJSONSchema(shape.file, { io: "input" }).properties ?? {};
  const fields = [
    ...Object.keys(shape).filter((name) => !["input", "output", "post", "file"].includes(name)),
    ...Object.entries({ input, output, post, file }).flatMap(([group, properties]) =>
      Object.keys(properties).map((name) => `${group}.${name}`),
    ),
  ];

  for (const field of fields) expect(models).toContain(`\`${field}\``);
});
