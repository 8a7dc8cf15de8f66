import { expect, test } from "vitest";
import { segmentEnder } from "../../../contracts/protocol/end-segment.ts";
import { aJobId } from "../../support/job-row.ts";
import { memoryJobStore } from "../../support/memory-job-store.ts";
import { memoryWorkQueue } from "../../support/memory-work-queue.ts";
import { aDetectingJob, aPart, aSegmentRow } from "../../support/segment-row.ts";

const races = 10_000;

test("the last two segments end at the same moment, ten thousand times: one assembly each", async () => {
  const job = aDetectingJob({ segmentsTotal: 2 });
  const segments = [0, 1].map((index) =>
    aSegmentRow({ index, status: "completed", fence: 1, part: aPart(index) }),
  );
  const seen = new Set<string>();
  for (let race = 0; race < races; race++) {
    const jobs = memoryJobStore(new Map([[aJobId, job]]));
    const queue = memoryWorkQueue(() => 0);
    const move = jobs.move.bind(jobs);
    const order: string[] = [];
    jobs.move = async (jobId, transition) => {
      // Each write may be overtaken by up to three others.
      for (let turns = Math.floor(Math.random() * 4); turns > 0; turns--) await Promise.resolve();
      order.push(transition.name);
      return move(jobId, transition);
    };
    const end = segmentEnder({ jobs, queue, now: () => race });

    // A redelivered message of the last is told at the same time.
    await Promise.all([...segments, segments[1]!].map((segment) => end(job, segment)));

    seen.add(order.join(" "));
    expect(queue.sent().map(({ kind }) => kind)).toEqual(["assemble"]);
    expect(jobs.rows.get(aJobId)).toMatchObject({ phase: "assemble", fence: 2 });
  }
  // The race was one: the writes came in more than one order.
  expect(seen.size).toBeGreaterThan(1);
});
