import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { AwsEndpoint } from "../../contracts/aws/endpoint.ts";
import { dynamoDbClient, s3Client, sleep } from "../../contracts/aws/endpoint.ts";
import { bytesOf } from "../../contracts/aws/s3.setup.ts";
import { SqsActor } from "../../contracts/aws/sqs.setup.ts";
import { temporaryDirectory } from "./open-for-test.ts";

const rounds = 2;
const loadMs = 700;

interface Server extends AsyncDisposable {
  readonly endpoint: AwsEndpoint;
  readonly actor: SqsActor;
  /** The way a machine's owner or the kernel does it: no handler runs. */
  readonly kill: () => Promise<void>;
}

async function startServer(directory: string): Promise<Server> {
  const child: ChildProcess = fork(new URL("./serve-for-test.ts", import.meta.url), [directory]);
  const exited = once(child, "exit");
  const failed = exited.then(([code]) => Promise.reject(new Error(`server exited: ${code}`)));
  failed.catch(() => {});
  const [url] = (await Promise.race([once(child, "message"), failed])) as [string];
  const endpoint = {
    url,
    region: "us-east-1",
    accessKeyId: "local",
    secretAccessKey: "local-secret",
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { endpoint, actor: new SqsActor(endpoint), kill, [Symbol.asyncDispose]: kill };
}

/** Repeats each writer until the server is killed under it; whatever was acknowledged must then be there. */
async function loadAndKill(server: Server, writers: readonly (() => Promise<void>)[]) {
  const killed = new AbortController();
  const running = writers.map(async (write) => {
    while (!killed.signal.aborted) {
      try {
        await write();
      } catch (error) {
        if (!killed.signal.aborted) throw error;
      }
    }
  });
  await sleep(loadMs);
  killed.abort();
  await server.kill();
  await Promise.all(running);
}

test(
  "every acknowledged object is whole, and its event is there",
  { timeout: 60_000 },
  async () => {
    await using directory = await temporaryDirectory();
    const tried = new Map<string, Set<string>>();
    const acknowledged: { key: string; etag: string }[] = [];
    let sequence = 0;
    const putTo = (endpoint: AwsEndpoint) => {
      const s3 = s3Client(endpoint);
      return async () => {
        const Key = `key-${sequence++ % 20}`;
        const Body = randomBytes(20_000 + Math.floor(Math.random() * 200_000));
        const etag = createHash("md5").update(Body).digest("hex");
        tried.set(Key, (tried.get(Key) ?? new Set()).add(etag));
        await s3.send(new PutObjectCommand({ Bucket: "media", Key, Body }));
        acknowledged.push({ key: Key, etag });
      };
    };

    for (let round = 0; round < rounds; round++) {
      const server = await startServer(directory.path);
      const writers = [1, 2, 3, 4].map(() => putTo(server.endpoint));
      await loadAndKill(server, writers);
    }
    await using server = await startServer(directory.path);
    const s3 = s3Client(server.endpoint);
    const events = new Set<string>();
    const eventsUrl = `${server.endpoint.url}/000000000000/events`;
    for (;;) {
      const bodies = await server.actor.bodies(eventsUrl);
      if (bodies.length === 0) break;
      for (const body of bodies) {
        const { detail } = JSON.parse(body ?? "") as {
          detail: { object: { key: string; etag: string } };
        };
        events.add(`${detail.object.key}:${detail.object.etag}`);
      }
    }

    expect(acknowledged.length).toBeGreaterThan(rounds);
    const withoutEvent = acknowledged.filter(({ key, etag }) => !events.has(`${key}:${etag}`));
    expect(withoutEvent).toEqual([]);
    for (const key of new Set(acknowledged.map((each) => each.key))) {
      const found = await s3.send(new GetObjectCommand({ Bucket: "media", Key: key }));
      const digest = createHash("md5")
        .update(await bytesOf(found))
        .digest("hex");
      expect(found.ETag).toBe(`"${digest}"`);
      expect(tried.get(key)).toContain(digest);
      // What is visible has its event: they were committed together.
      expect(events).toContain(`${key}:${digest}`);
    }
  },
);

test(
  "a multipart upload with parts from before and after a kill completes",
  { timeout: 60_000 },
  async () => {
    await using directory = await temporaryDirectory();
    const first = await startServer(directory.path);
    const upload = { Bucket: "media", Key: "video" };
    const { UploadId } = await s3Client(first.endpoint).send(
      new CreateMultipartUploadCommand(upload),
    );
    const bodies = [Buffer.alloc(5 * 2 ** 20, "a"), Buffer.from("b")];
    const send = async ({ endpoint }: Server, PartNumber: number) => {
      const Body = bodies[PartNumber - 1] ?? "";
      const part = new UploadPartCommand({ ...upload, UploadId, PartNumber, Body });
      return { PartNumber, ETag: (await s3Client(endpoint).send(part)).ETag };
    };
    const parts = [await send(first, 1)];
    await first.kill();

    await using second = await startServer(directory.path);
    parts.push(await send(second, 2));
    const s3 = s3Client(second.endpoint);
    const MultipartUpload = { Parts: parts };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));

    const found = await bytesOf(await s3.send(new GetObjectCommand(upload)));
    expect(found.equals(Buffer.concat(bodies))).toBe(true);
  },
);

test(
  "no acknowledged message is lost and no deleted one comes back",
  { timeout: 60_000 },
  async () => {
    await using directory = await temporaryDirectory();
    const sent = new Set<string>();
    const deleted = new Set<string>();
    const maybeDeleted = new Set<string>();
    let sequence = 0;
    const urlOf = ({ endpoint }: Server) => `${endpoint.url}/000000000000/work`;
    const produceTo = (server: Server) => async () => {
      const body = `message ${sequence++}`;
      await server.actor.send(urlOf(server), body);
      sent.add(body);
    };
    const consumeFrom = (server: Server) => async () => {
      for (const message of await server.actor.receive(urlOf(server), { WaitTimeSeconds: 1 })) {
        const body = message.Body ?? "";
        // Some are left to come back.
        if (body.endsWith("7")) continue;
        maybeDeleted.add(body);
        await server.actor.delete(urlOf(server), message);
        deleted.add(body);
      }
    };

    for (let round = 0; round < rounds; round++) {
      const server = await startServer(directory.path);
      const consumer = consumeFrom(server);
      await loadAndKill(server, [produceTo(server), produceTo(server), consumer, consumer]);
    }
    await using server = await startServer(directory.path);
    await sleep(1100);
    const seen = new Set<string>();
    for (;;) {
      const bodies = await server.actor.bodies(urlOf(server), { VisibilityTimeout: 600 });
      if (bodies.length === 0) break;
      for (const body of bodies) seen.add(body ?? "");
    }

    expect(deleted.size).toBeGreaterThan(0);
    expect([...sent].filter((body) => !seen.has(body) && !maybeDeleted.has(body))).toEqual([]);
    expect([...deleted].filter((body) => seen.has(body))).toEqual([]);
  },
);

test(
  "acknowledged rows are there, and indexes agree with the table",
  { timeout: 60_000 },
  async () => {
    await using directory = await temporaryDirectory();
    const acknowledged = new Map<string, number>();
    let additions = 0;
    let attempts = 0;
    let sequence = 0;
    const update = (
      documents: DynamoDBDocumentClient,
      pk: string,
      expression: string,
      value: object,
    ) =>
      documents.send(
        new UpdateCommand({
          TableName: "jobs",
          Key: { pk },
          UpdateExpression: expression,
          ExpressionAttributeNames: {
            "#v": "v",
            ...(expression.includes("#state") && { "#state": "state" }),
          },
          ExpressionAttributeValues: { ...value },
        }),
      );
    const writeTo = ({ endpoint }: Server, writer: number) => {
      const documents = DynamoDBDocumentClient.from(dynamoDbClient(endpoint));
      return async () => {
        const v = ++sequence;
        const pk = `job-${writer}-${v % 10}`;
        const values = { ":state": `s${v % 5}`, ":v": v };
        await update(documents, pk, "SET #state = :state, #v = :v", values);
        acknowledged.set(pk, v);
        attempts++;
        await update(documents, "counter", "ADD #v :one", { ":one": 1 });
        additions++;
      };
    };

    for (let round = 0; round < rounds; round++) {
      const server = await startServer(directory.path);
      await loadAndKill(
        server,
        [1, 2, 3, 4].map((writer) => writeTo(server, writer)),
      );
    }
    await using server = await startServer(directory.path);
    const documents = DynamoDBDocumentClient.from(dynamoDbClient(server.endpoint));
    const scan = await documents.send(new ScanCommand({ TableName: "jobs" }));
    const rows = (scan.Items ?? []).filter(({ pk }) => pk !== "counter");
    const indexed = [];
    for (const state of ["s0", "s1", "s2", "s3", "s4"]) {
      const query = new QueryCommand({
        TableName: "jobs",
        IndexName: "byState",
        KeyConditionExpression: "#state = :state",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":state": state },
      });
      indexed.push(...((await documents.send(query)).Items ?? []));
    }
    const counter = await documents.send(
      new GetCommand({ TableName: "jobs", Key: { pk: "counter" } }),
    );

    const found = new Map(rows.map(({ pk, v }) => [pk as string, v as number]));
    // A write that was not acknowledged may have been applied all the same.
    expect([...acknowledged].filter(([pk, v]) => !((found.get(pk) ?? 0) >= v))).toEqual([]);
    const byKey = (left: Record<string, unknown>, right: Record<string, unknown>) =>
      String(left["pk"]).localeCompare(String(right["pk"]));
    expect(indexed.toSorted(byKey)).toEqual(rows.toSorted(byKey));
    expect(counter.Item?.["v"]).toBeGreaterThanOrEqual(additions);
    expect(counter.Item?.["v"]).toBeLessThanOrEqual(attempts);
  },
);
