import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openApiDocument } from "../../contracts/openapi.ts";
import { routes } from "../../contracts/routes.ts";

const text = JSON.stringify(openApiDocument());

test("the committed document is the one that the contracts give; else run `npm run openapi`", async () => {
  const committed = await readFile(new URL("../../docs/openapi.json", import.meta.url), "utf8");

  expect(JSON.parse(committed)).toEqual(JSON.parse(text));
});

test("every route is in it, under its operation's name", () => {
  const { paths } = openApiDocument();

  const operations = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => (operation as { operationId: string }).operationId);

  expect(operations.toSorted()).toEqual(Object.keys(routes).toSorted());
});

test("every reference leads somewhere, and every component is referred to", () => {
  const { schemas } = openApiDocument().components;

  const referred = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, path]) => path!);

  const wanted = Object.keys(schemas).map((id) => `#/components/schemas/${id}`);
  expect([...new Set(referred)].toSorted()).toEqual(wanted.toSorted());
});

test("a schema with a name of its own stands once", () => {
  expect(text.match(/"blocked_reason":\{"anyOf":\[\{"\$ref"/g)).toHaveLength(1);
  expect(text.match(/"WORKERS_ON_OTHER_QUEUE"/g)).toHaveLength(1);
});

test("requests refuse fields that are not known, answers may gain some", () => {
  const schemas = openApiDocument().components.schemas as Record<string, object>;

  expect(schemas["SubmitVideoRequest"]).toMatchObject({ additionalProperties: false });
  expect(schemas["Job"]).not.toHaveProperty("additionalProperties");
});
