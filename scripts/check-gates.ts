import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";

interface Gate {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly path: string;
  readonly violation: string;
}

// A green gate may check nothing: each is shown one violation of its own and must go red.
const gates: readonly Gate[] = [
  {
    name: "format",
    command: ["oxfmt", "--check"],
    path: "contracts/planted.ts",
    violation: "export const planted   =  1\n",
  },
  {
    name: "lint: contracts import nothing of ours",
    command: ["oxlint", "--type-aware", "--deny-warnings", "contracts/planted.ts"],
    path: "contracts/planted.ts",
    violation: 'export { awsClients } from "../aws/clients.ts";\n',
  },
  {
    name: "lint: only aws imports the SDK",
    command: ["oxlint", "--type-aware", "--deny-warnings", "functions/planted.ts"],
    path: "functions/planted.ts",
    violation:
      'import { S3Client } from "@aws-sdk/client-s3";\n\nexport const planted = () => new S3Client();\n',
  },
  {
    name: "lint: behaviour does not read the environment",
    command: ["oxlint", "--type-aware", "--deny-warnings", "functions/planted.ts"],
    path: "functions/planted.ts",
    violation: 'export const planted = () => process.env["HOME"];\n',
  },
  {
    name: "lint: a promise is awaited",
    command: ["oxlint", "--type-aware", "--deny-warnings", "contracts/planted.ts"],
    path: "contracts/planted.ts",
    violation: "export function planted(): void {\n  Promise.resolve(1);\n}\n",
  },
  {
    name: "types",
    command: ["tsc", "-p", "tsconfig.json"],
    path: "contracts/planted.ts",
    violation: 'export const planted: number = "1";\n',
  },
  {
    name: "types: a forgotten variable does not compile",
    command: ["tsc", "-p", "infra/tsconfig.json"],
    path: "infra/planted.ts",
    violation:
      'import type { ApiEnvironment, EnvironmentFor } from "../contracts/environment.ts";\n\n' +
      'export const planted: EnvironmentFor<typeof ApiEnvironment> = { JOBS_TABLE: "jobs" };\n',
  },
  {
    name: "dead code",
    command: ["knip"],
    path: "contracts/planted.ts",
    violation: "export const planted = 1;\n",
  },
];

let blind = 0;
for (const { name, command, path, violation } of gates) {
  writeFileSync(path, violation);
  const { status, stdout } = spawnSync(`node_modules/.bin/${command[0]}`, command.slice(1), {
    encoding: "utf8",
  });
  rmSync(path);

  const sees = status !== 0 && stdout.includes("planted");
  console.log(`${sees ? "sees it " : "BLIND   "} ${name}`);
  if (!sees) blind++;
}
process.exitCode = blind === 0 ? 0 : 1;
