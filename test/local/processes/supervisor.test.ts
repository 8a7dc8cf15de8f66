import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { supervise } from "../../../local/processes/supervisor.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";

function superviseCode(code: string, { saysReady = false } = {}) {
  const directory = temporaryDirectory();
  const entry = join(directory.path, "entry.mjs");
  const logPath = join(directory.path, "child.log");
  writeFileSync(entry, code);
  const deaths: { cause: string; delaySeconds: number }[] = [];
  const pids: number[] = [];
  const facts = { name: "child", entry, arguments: ["an argument"], logPath, saysReady };
  const child = supervise(
    { ...facts, environment: { ONLY: "this" } },
    { onDeath: (death) => deaths.push(death), onStart: ({ pid }) => pids.push(pid) },
  );
  return {
    child,
    deaths,
    pids,
    log: () => readFileSync(logPath, "utf8"),
    async [Symbol.asyncDispose]() {
      await child.stop({ graceSeconds: 1 });
      directory[Symbol.dispose]();
    },
  };
}

test("a child has exactly its environment and arguments, and its output is in its log", async () => {
  await using supervised = superviseCode(
    `console.log(JSON.stringify([process.env, process.argv.slice(2)])); setInterval(() => {}, 1e3)`,
  );

  await expect.poll(() => supervised.log()).toContain("\n");

  expect(JSON.parse(supervised.log())).toEqual([{ ONLY: "this" }, ["an argument"]]);
});

test("a child that dies of itself is started again ever more slowly", async () => {
  await using supervised = superviseCode("process.exit(7)");

  await expect.poll(() => supervised.deaths.length).toBeGreaterThanOrEqual(3);

  expect(supervised.deaths.slice(0, 3)).toMatchObject([
    { cause: "exit code 7", delaySeconds: 0.5 },
    { cause: "exit code 7", delaySeconds: 1 },
    { cause: "exit code 7", delaySeconds: 2 },
  ]);
});

test("a child that never becomes ready fails the start, with its reason", async () => {
  await using supervised = superviseCode("process.exit(7)", { saysReady: true });

  await expect(supervised.child.ready).rejects.toThrow(
    "child died before it was ready (exit code 7)",
  );
});

test("a child that is ready in the end, after a false start, does not", async () => {
  await using supervised = superviseCode(
    `import { existsSync, writeFileSync } from "node:fs";
     const mark = new URL("mark", import.meta.url);
     if (!existsSync(mark)) { writeFileSync(mark, ""); process.exit(1); }
     process.send("ready"); setInterval(() => {}, 1e3);`,
    { saysReady: true },
  );

  await supervised.child.ready;

  expect(supervised.deaths).toHaveLength(1);
});

test("a stopped child is not started again, and one that does not listen is killed", async () => {
  await using supervised = superviseCode(
    `process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1e3)`,
  );
  await expect.poll(() => supervised.log()).toContain("up");

  await supervised.child.stop({ graceSeconds: 0.2 });

  expect(supervised.pids).toHaveLength(1);
  expect(supervised.deaths).toEqual([]);
  expect(() => process.kill(supervised.pids[0]!, 0)).toThrow("ESRCH");
});
