import { writeFile } from "node:fs/promises";
import { openApiDocument } from "../contracts/openapi.ts";

// Writes docs/openapi.json, which is committed; a test fails when it differs from the contracts.
await writeFile(
  new URL("../docs/openapi.json", import.meta.url),
  `${JSON.stringify(openApiDocument(), null, 2)}\n`,
);
