import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dynamodbKeyStore } from "../../aws/dynamodb-key-store.ts";
import { cliWorld } from "../support/cli-world.ts";
import { useLocalAws } from "../support/local-aws.ts";

const local = useLocalAws();

/** A folder of a system that runs, with its table, and the environment of somebody without AWS credentials. */
async function world() {
  const { folder, cli, system } = await cliWorld();
  const table = local.newTable();
  const keys = dynamodbKeyStore({ client: local.clients().dynamodb, table });
  const running = {
    api_url: system.apiUrl,
    api_key: "fq_of-this-machine",
    aws_endpoint_url: process.env["AWS_ENDPOINT_URL"],
    region: process.env["AWS_REGION"],
    access_key_id: process.env["AWS_ACCESS_KEY_ID"],
    secret_access_key: process.env["AWS_SECRET_ACCESS_KEY"],
    outputs: { JobsTableName: table },
  };
  await mkdir(join(folder, ".framequeue"));
  await writeFile(join(folder, ".framequeue", "running.json"), JSON.stringify(running));
  return { folder, cli, system, keys, table };
}

test("create prints the secret once and alone, and keeps its hash", async () => {
  const { cli, keys } = await world();

  const { exitCode, stdout, stderr } = await cli(["key", "create", "CI of ana", "--owner", "ana"]);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^fq_[\w-]{43}\n$/);
  const secret = stdout.trim();
  expect(stderr).toContain("CI of ana");
  expect(stderr).not.toContain(secret);
  const [key, ...more] = await keys.list();
  expect(more).toEqual([]);
  expect(key).toMatchObject({ kind: "api", name: "CI of ana", owner: "ana" });
  expect(key!.secretSha256).toBe(createHash("sha256").update(secret).digest("hex"));
  expect(JSON.stringify(key)).not.toContain(secret);
});

test("FRAMEQUEUE_STATE leads to the table of a system whose state is elsewhere", async () => {
  const { folder, cli, keys } = await world();
  await rename(join(folder, ".framequeue"), join(folder, "elsewhere"));

  const environment = { FRAMEQUEUE_STATE: join(folder, "elsewhere") };
  const { exitCode } = await cli(["key", "create", "laptop"], { environment });

  expect(exitCode).toBe(0);
  expect(await keys.list()).toMatchObject([{ name: "laptop" }]);
});

test("ls shows keys and no secret; a revoked one stays and frees its name", async () => {
  const { cli, keys } = await world();
  const secret = (await cli(["key", "create", "laptop"])).stdout.trim();

  const taken = await cli(["key", "create", "laptop"]);
  const revoked = await cli(["key", "revoke", "laptop"]);
  const again = await cli(["key", "revoke", "laptop"]);
  const second = await cli(["key", "create", "laptop"]);
  const { stdout } = await cli(["key", "ls"]);
  const json = JSON.parse((await cli(["key", "ls", "--json"])).stdout) as {
    keys: { name: string; owner: string; revoked_at: string | null; key_id: string }[];
  };

  expect([taken, revoked, again, second].map(({ exitCode }) => exitCode)).toEqual([1, 0, 1, 0]);
  expect(taken.stderr).toContain("named laptop already");
  expect(again.stderr).toContain("revoked already");
  expect(json.keys.map(({ revoked_at }) => revoked_at === null)).toEqual([true, false]);
  expect(stdout).toMatch(new RegExp(`^${json.keys[1]!.key_id} +laptop +team .*revoked`, "m"));
  expect(stdout + JSON.stringify(json)).not.toContain(secret.slice(3));
  const [live] = (await keys.list()).filter(({ revokedAt }) => revokedAt === undefined);
  expect(live!.secretSha256.slice(0, 12)).toBe(json.keys[0]!.key_id);

  // By its id, too, which two keys of one name do not share.
  expect((await cli(["key", "revoke", json.keys[0]!.key_id])).exitCode).toBe(0);
  expect((await keys.list()).every(({ revokedAt }) => revokedAt !== undefined)).toBe(true);
});

test.each([
  [["key", "create", ""], 2],
  [["key", "create", "x".repeat(65)], 2],
  [["key", "create", "x", "--owner", "a/b"], 2],
  [["key", "create", "x", "--owner", "a#b"], 2],
  [["key", "revoke", "nobody"], 1],
])("%j is refused", async (commandLine, exitCode) => {
  const { cli, keys } = await world();

  const refused = await cli(commandLine);

  expect(refused.exitCode).toBe(exitCode);
  expect(refused.stdout).toBe("");
  expect(await keys.list()).toEqual([]);
});

test("--table goes before JOBS_TABLE, and both before the system that runs here", async () => {
  const { cli, keys } = await world();
  const [first, second] = [local.newTable(), local.newTable()];
  const environment = {
    JOBS_TABLE: second,
    ...Object.fromEntries(
      ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(
        (name) => [name, process.env[name]!],
      ),
    ),
  };

  await cli(["key", "create", "one", "--table", first], { environment });
  await cli(["key", "create", "two"], { environment });

  const namesIn = async (table: string) =>
    (await dynamodbKeyStore({ client: local.clients().dynamodb, table }).list()).map(
      ({ name }) => name,
    );
  expect([await namesIn(first), await namesIn(second)]).toEqual([["one"], ["two"]]);
  expect(await keys.list()).toEqual([]);
});

test("without credentials it is said what is missing", async () => {
  const { cli, table } = await world();

  const { exitCode, stderr } = await cli(["key", "ls", "--table", table], {
    environment: { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" },
  });

  expect(exitCode).toBe(1);
  expect(stderr).toContain("AWS credentials");
});

test("the key of the running system goes to that system, from any folder", async () => {
  const { cli, system } = await world();
  system.apiKey = "fq_of-this-machine";

  expect((await cli(["pipelines"], { environment: { FRAMEQUEUE_API: "" } })).exitCode).toBe(0);
  expect((await cli(["pipelines", "--api", `${system.apiUrl}/`])).exitCode).toBe(0);
});

test("it goes to no other system", async () => {
  const { folder } = await world();
  const other = await cliWorld();
  other.system.apiKey = "fq_of-this-machine";

  const { exitCode, stderr } = await other.cli(["pipelines"], { folder });

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/none was sent[\s\S]*FRAMEQUEUE_API_KEY[\s\S]*key create/);
});

test("FRAMEQUEUE_API_KEY goes before it, and one that opens nothing is said to", async () => {
  const { cli, system } = await world();
  system.apiKey = "fq_other";

  const right = await cli(["pipelines"], { environment: { FRAMEQUEUE_API_KEY: "fq_other" } });
  const wrong = await cli(["pipelines"], { environment: { FRAMEQUEUE_API_KEY: "fq_wrong" } });

  expect(right.exitCode).toBe(0);
  expect(wrong.exitCode).toBe(4);
  expect(wrong.stderr).toMatch(/opens nothing[\s\S]*key ls/);
  expect(wrong.stderr).not.toContain("fq_wrong");
});
