import { expect, test } from "vitest";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { newJobId, type JobId } from "../../contracts/job-id.ts";
import { readMessage } from "../../contracts/message.ts";
import { dispatcher } from "../../contracts/protocol/dispatch.ts";
import { aJobRow } from "../support/job-row.ts";
import { useLocalAws } from "../support/local-aws.ts";

const local = useLocalAws();
const jobsOfOne = 10_000;
const atOnce = 25;
const workers = 8;

test(
  "one owner with ten thousand jobs: whoever comes next waits for no more than the workers' present work",
  { timeout: 300_000 },
  async () => {
    const { dynamodb: client, sqs, longPoll } = local.clients();
    const jobs = dynamodbJobStore({ client, table: local.newTable() });
    const queue = sqsWorkQueue({ client: sqs, longPoll, queueUrl: local.newQueue() });
    const now = Date.now();
    const dispatch = dispatcher({ jobs, queue, now: () => now });

    async function submit(owner: string, number: number): Promise<JobId> {
      const jobId = newJobId(now + number);
      const row = aJobRow({ jobId, owner, status: "pending", createdAt: now + number });
      await jobs.insert(row);
      await dispatch(row);
      return jobId;
    }
    const receive = async (): Promise<JobId> => {
      const message = await queue.receive({ waitSeconds: 0, visibilitySeconds: 600 });
      return readMessage(message!.body)!.job_id;
    };

    const noisy: JobId[] = [];
    for (let from = 0; from < jobsOfOne; from += atOnce) {
      const numbers = Array.from({ length: atOnce }, (_, at) => from + at);
      noisy.push(...(await Promise.all(numbers.map((number) => submit("noisy", number)))));
    }
    for (let worker = 0; worker < workers; worker++) expect(noisy).toContain(await receive());

    const quiet = [await submit("quiet", jobsOfOne), await submit("shy", jobsOfOne + 1)];
    const next = [await receive(), await receive()];
    const afterThem = await receive();

    const listed: JobId[] = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.listByOwner({
        owner: "noisy",
        limit: 100,
        ...(cursor && { cursor }),
      });
      listed.push(...page.jobs.map(({ jobId }) => jobId));
      cursor = page.cursor;
    } while (cursor);
    const { jobs: ofQuiet } = await jobs.listByOwner({ owner: "quiet", limit: 100 });

    expect(next.toSorted()).toEqual(quiet.toSorted());
    expect(noisy).toContain(afterThem);
    expect(listed).toEqual(noisy.toSorted().toReversed());
    expect(ofQuiet.map(({ jobId }) => jobId)).toEqual([quiet[0]]);
  },
);
