import { describe, expect, test } from "vitest";
import { keys } from "../../../contracts/keys.ts";
import { routes, type RouteFacts, type RouteName } from "../../../contracts/routes.ts";
import { jobStatuses } from "../../../contracts/work-row.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const facts: Record<string, RouteFacts> = routes;
const names = Object.keys(routes) as RouteName[];
const ofWorkers = names.filter((name) => facts[name]!.caller === "worker");
const ofOneJob = names.filter(
  (name) => facts[name]!.path.includes("{job_id}") && !ofWorkers.includes(name),
);
const video = { filename: "match.mp4", size_bytes: 1000 };
const apiKey = (owner: string) => ({ lambda: { owner, kind: "api" } });

describe("a request in which nobody is named", () => {
  test.each([
    ["no authorizer", null],
    ["an authorizer that says nothing", {}],
    ["no context", { lambda: null }],
    ["no owner", { lambda: { kind: "api" } }],
    ["an empty owner", { lambda: { owner: "", kind: "api" } }],
    ["an owner that is no text", { lambda: { owner: 7, kind: "api" } }],
    ["no kind", { lambda: { owner: "team" } }],
    ["an unknown kind", { lambda: { owner: "team", kind: "admin" } }],
    ["claims without a subject", { jwt: { claims: { email: "a@b.example" } } }],
    ["an empty subject", { jwt: { claims: { sub: "" } } }],
    ["a context that fails beside claims", { lambda: {}, jwt: { claims: { sub: "team" } } }],
  ])("(%s) is answered 401 on every route, and changes nothing", async (_case, authorizer) => {
    const system = memorySystem();
    await system.jobs.insert(aJobRow());
    const call = callApi(system);

    for (const name of names) {
      const answer = await call(name, { jobId: aJobId, body: video, authorizer });
      expect(answer).toMatchObject({ status: 401, body: { code: "NOT_AUTHENTICATED" } });
    }
    expect([...system.jobs.rows.values()]).toEqual([aJobRow()]);
  });

  test("learns not even which routes there are", async () => {
    const routeKey = "$default";
    const answer = await callApi(memorySystem())("listJobs", { routeKey, authorizer: null });

    expect(answer.status).toBe(401);
  });
});

describe("the wrong kind of key", () => {
  const wrong = (name: RouteName) => (ofWorkers.includes(name) ? "api" : "worker");

  test.each(names)("does not open %s", async (name) => {
    const answer = await callApi(memorySystem())(name, {
      jobId: aJobId,
      body: video,
      authorizer: { lambda: { owner: "team", kind: wrong(name) } },
    });

    expect(answer).toMatchObject({ status: 403, body: { code: "NOT_ALLOWED" } });
  });

  test.each(ofWorkers)("(a person's token) does not open %s", async (name) => {
    const authorizer = { jwt: { claims: { sub: "team" } } };

    expect((await callApi(memorySystem())(name, { authorizer })).status).toBe(403);
  });
});

describe("another owner's job", () => {
  const others = ["others", "Team", "team ", "tea", "team#", "*", "__proto__", aJobId];
  const operations = [
    { operation: "put" },
    { operation: "create_multipart" },
    { operation: "upload_part", upload_id: "u", part_number: 1 },
    { operation: "list_parts", upload_id: "u" },
    { operation: "complete_multipart", upload_id: "u" },
    { operation: "abort_multipart", upload_id: "u" },
  ];

  test.each(ofOneJob)(
    "is none to %s, in whatever state it is, and stays as it is",
    async (name) => {
      for (const status of jobStatuses) {
        const system = memorySystem();
        const row = aJobRow({ status });
        await system.jobs.insert(row);
        await system.bucket.replace(keys.upload(aJobId), Buffer.from("video"));
        const call = callApi(system);

        for (const owner of others) {
          for (const body of name === "signUpload" ? operations : [undefined]) {
            const answer = await call(name, { jobId: aJobId, body, authorizer: apiKey(owner) });
            // As of a job that never was: its being there is not to be learnt either.
            expect(answer).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
            expect(answer.body.detail).toBe(`There is no job ${aJobId}.`);
          }
        }

        expect(system.jobs.rows.get(aJobId)).toEqual(row);
        expect(await system.bucket.head(keys.upload(aJobId))).toBeDefined();
        expect(system.queue.messages).toEqual([]);
      }
    },
  );

  test("is in nobody's list but its owner's, whatever cursor is given", async () => {
    const system = memorySystem();
    await system.jobs.insert(aJobRow());
    const call = callApi(system);
    const list = async (owner: string, query = {}) =>
      (await call("listJobs", { authorizer: apiKey(owner), query })).body.jobs.length as number;

    expect(await list("team")).toBe(1);
    for (const owner of others) {
      expect(await list(owner)).toBe(0);
      expect(await list(owner, { cursor: "7zzzzzzzzzzzzzzzzzzzzzzzzz" })).toBe(0);
    }
  });
});

test("the same idempotency key of two owners opens two jobs, each its owner's", async () => {
  const system = memorySystem();
  const submit = async (owner: string) => {
    const headers = { "idempotency-key": "the-same" };
    const { body } = await callApi(system)("submitVideo", {
      body: video,
      headers,
      authorizer: apiKey(owner),
    });
    return body.job_id as string;
  };

  const [ana, bo, anaAgain] = [await submit("ana"), await submit("bo"), await submit("ana")];

  expect(anaAgain).toBe(ana);
  expect(bo).not.toBe(ana);
  expect(system.jobs.rows.get(ana)!.owner).toBe("ana");
  expect(system.jobs.rows.get(bo)!.owner).toBe("bo");
});

test("what blocks a job is told without a word about whose jobs are in front", async () => {
  const system = memorySystem();
  const theirs = system.newJobId();
  const pending = { status: "pending", waitingQueue: "WAITING", waitingSince: 0 } as const;
  await system.jobs.insert(aJobRow({ ...pending, jobId: theirs, owner: "others", filename: "x" }));
  await system.jobs.insert(aJobRow({ ...pending, waitingSince: 1 }));

  const { body } = await callApi(system)("getJob", { jobId: aJobId });

  expect(body.blocked_reason).not.toBeNull();
  expect(JSON.stringify(body)).not.toMatch(new RegExp(`${theirs}|others`));
});
