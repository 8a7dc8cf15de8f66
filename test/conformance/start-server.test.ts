import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryDirectory } from "../local/aws/open-for-test.ts";
import { startServer } from "./start-server.ts";

async function withProgram(source: string) {
  const folder = await temporaryDirectory();
  const program = join(folder.path, "serves");
  await writeFile(program, `#!${process.execPath}\n${source}\n`);
  await chmod(program, 0o755);
  // Whatever a folder above says of its modules.
  await writeFile(join(folder.path, "package.json"), '{ "type": "commonjs" }');
  vi.stubEnv("PATH", `${folder.path}${delimiter}${process.env["PATH"]}`);
  return {
    [Symbol.asyncDispose]: async () => {
      vi.unstubAllEnvs();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("says that a program is not here", async () => {
  expect(await startServer("no-such-program", () => [])).toEqual({
    absent: "no-such-program is not on the path",
  });
});

test("waits until a program answers on its port, and ends it", async () => {
  await using _ = await withProgram(
    `require("http").createServer((_, answer) => answer.end("here")).listen(Number(process.argv[2]));`,
  );

  const server = await startServer("serves", (port) => [String(port)]);
  if ("absent" in server) throw new Error(server.absent);
  const answer = await (await fetch(server.url)).text();
  await server.close();

  expect(answer).toBe("here");
  await expect(fetch(server.url)).rejects.toThrow("fetch failed");
});

test("says that a program ended before it answered", async () => {
  await using _ = await withProgram("process.exit(3);");

  await expect(startServer("serves", () => [])).rejects.toThrow("did not answer");
});
