import { expect, test } from "vitest";
import { newJobId } from "../../../contracts/job-id.ts";
import { planMessage } from "../../support/messages.ts";
import { aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";
import { aWorkerRow } from "../../support/worker-row.ts";

const jobId = newJobId(1);

test("health tells who is alive here, what each does and what waits", async () => {
  const system = memorySystem();
  const { queueId } = system.queue;
  const at = (seconds: number) => system.now() + seconds * 1000;
  await system.workers.beat(aWorkerRow({ queueId, heartbeatAt: at(-35), state: "working", jobId }));
  await system.workers.beat(aWorkerRow({ workerId: "dead", queueId, heartbeatAt: at(-36) }));
  await system.workers.beat(aWorkerRow({ workerId: "far", queueId: "other", heartbeatAt: at(0) }));
  const waiting = { status: "pending", waitingQueue: "WAITING", waitingSince: at(-60) } as const;
  await system.jobs.insert(aJobRow(waiting));
  await system.jobs.insert(aJobRow({ jobId, status: "running" }));
  await system.queue.send(planMessage(jobId, 1), { owner: "team" });

  const { body } = await callApi(system)("workerHealth");

  expect(body).toMatchObject({
    queue_id: queueId,
    queue: { visible: 1, in_flight: 0, delayed: 0 },
    waiting: { jobs: 1, oldest_since: new Date(at(-60)).toISOString() },
    workers_alive: 1,
    last_heartbeat_at: new Date(at(-35)).toISOString(),
  });
  expect(body.workers).toMatchObject([
    { worker_id: "far", alive: true, on_this_queue: false },
    { worker_id: "w1", alive: true, on_this_queue: true, state: "working", job_id: jobId },
    { worker_id: "dead", alive: false },
  ]);
});

test("what a worker does of another owner's shows that it works, and not at which job", async () => {
  const system = memorySystem();
  const { queueId } = system.queue;
  await system.jobs.insert(aJobRow({ jobId, status: "running", owner: "others" }));
  await system.workers.beat(
    aWorkerRow({ queueId, heartbeatAt: system.now(), state: "working", jobId }),
  );

  const { body } = await callApi(system)("workerHealth");

  expect(body.workers).toMatchObject([{ state: "working", job_id: null }]);
  expect(JSON.stringify(body)).not.toContain(jobId);
});

test("health of a system without workers and jobs is all zeros", async () => {
  const { body } = await callApi(memorySystem())("workerHealth");

  expect(body).toMatchObject({
    waiting: { jobs: 0, oldest_since: null },
    workers_alive: 0,
    last_heartbeat_at: null,
    workers: [],
  });
});
