import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobListView } from "../../contracts/api.ts";
import { apiClient, startSystem, tableEnvironment, type System } from "../support/system.ts";

const owners = Array.from({ length: 8 }, (_, number) => `owner-${number}`);
const jobsOfEach = 6;

let system: System;
/** One client for each owner, with a key of its own. */
let clients: ReturnType<typeof apiClient>[];

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  clients = [];
  for (const owner of owners) {
    const words = ["cli/main.ts", "key", "create", `key of ${owner}`, "--owner", owner];
    const env = {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...tableEnvironment(system),
    };
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    clients.push(apiClient({ api_url: system.running.api_url, api_key: stdout.trim() }));
  }
});
afterAll(() => system?.stop());

const bytes = new Uint8Array(1000);

test("many owners at once: each reads its own jobs, all of them, and no request reaches another's", async () => {
  const made = await Promise.all(
    clients.map((client, owner) =>
      Promise.all(
        Array.from({ length: jobsOfEach }, async (_, number) => {
          const { job_id } = await client.submit({ filename: `${owner}-${number}.mp4`, bytes });
          return job_id;
        }),
      ),
    ),
  );

  const statusOf = async (request: Promise<unknown>): Promise<string> =>
    request.then(
      () => "done",
      (error: Error) => /: (\d{3}) /.exec(error.message)?.[1] ?? error.message,
    );
  const attempts = clients.flatMap((client, owner) => {
    const [jobId] = made[(owner + 1) % owners.length]!;
    return [
      statusOf(client.call("GET", `/v1/jobs/${jobId}`)),
      statusOf(client.call("GET", `/v1/jobs/${jobId}/results`)),
      statusOf(client.call("POST", `/v1/jobs/${jobId}/cancel`)),
      statusOf(client.call("POST", `/v1/jobs/${jobId}/retry`)),
      statusOf(client.call("DELETE", `/v1/jobs/${jobId}`)),
    ];
  });
  const answers = new Set(await Promise.all(attempts));
  const lists = await Promise.all(
    clients.map((client) => client.call<JobListView>("GET", "/v1/jobs?limit=100")),
  );

  expect([...answers]).toEqual(["404"]);
  for (const [owner, { jobs }] of lists.entries()) {
    expect(jobs.map(({ job_id }) => job_id).toSorted()).toEqual(made[owner]!.toSorted());
    expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(["awaiting_upload"]));
  }
});
