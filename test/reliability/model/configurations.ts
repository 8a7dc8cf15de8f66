import { dueIn } from "../../../contracts/protocol/schedule.ts";
import { aSubmittedRow, now, source } from "./abstract-row.ts";
import { anyTime, uncounted } from "./surroundings.ts";
import type { Configuration } from "./configuration.ts";

const submitted = { ...aSubmittedRow, uploadBy: now + 1, ...dueIn(aSubmittedRow, now, 1) };
const { uploadBy: _over, ...arrived } = submitted;
const pending = {
  ...arrived,
  status: "pending",
  source,
  waitingQueue: "WAITING",
  waitingSince: now,
} as const;

const nobody = { cancel: false, retry: false, delete: false };
const nothing = { release: false, fail: false, retryLater: false, otherEngine: false };
const whole: Configuration = {
  start: pending,
  upload: false,
  people: nobody,
  ends: { release: true, fail: true, retryLater: true, otherEngine: false },
  deadLetters: false,
  segments: 0,
  planFences: [],
  partialAllowed: false,
  workers: 2,
  lambdas: 1,
  runsMax: 1,
  fenceMax: 2,
  segmentFenceMax: 0,
  copiesMax: 1,
  lateWrites: false,
};
const cut: Configuration = {
  ...whole,
  ends: nothing,
  segments: 2,
  planFences: [1],
  fenceMax: 3,
  segmentFenceMax: 1,
  copiesMax: uncounted,
};
/** Without Lambdas, and with messages that come when they like: for what must never happen among workers. */
const workersOnly: Configuration = { ...cut, lambdas: 0, copiesMax: anyTime, segmentFenceMax: 2 };

/** What is explored. Each looks at some part of the protocol with as many processes and as much trouble as can be followed. */
export const configurations = {
  "two workers": whole,
  "two copies": { ...whole, workers: 1, fenceMax: 3, copiesMax: 2 },
  cancel: { ...whole, people: { ...nobody, cancel: true } },
  upload: {
    ...whole,
    workers: 1,
    start: submitted,
    upload: true,
    people: { ...nobody, cancel: true, delete: true },
  },
  "upload, two Lambdas": {
    ...whole,
    workers: 1,
    lambdas: 2,
    fenceMax: 1,
    start: submitted,
    upload: true,
  },
  "two runs": {
    ...whole,
    workers: 1,
    runsMax: 2,
    fenceMax: 4,
    people: { ...nobody, cancel: true, retry: true },
  },
  "dead letters": {
    ...whole,
    workers: 1,
    fenceMax: 3,
    deadLetters: true,
    people: { ...nobody, cancel: true },
  },
  "late writes": { ...whole, workers: 1, fenceMax: 3, lateWrites: true },
  "attempts used": { ...whole, start: { ...pending, attempts: 3 } },
  "two Lambdas": {
    ...whole,
    workers: 1,
    lambdas: 2,
    people: { cancel: true, retry: false, delete: true },
  },
  "fan-in": { ...cut, workers: 1 },
  "segments, cancel and delete": {
    ...cut,
    workers: 1,
    people: { cancel: true, retry: false, delete: true },
  },
  "a segment, two runs": {
    ...workersOnly,
    segments: 1,
    workers: 1,
    lambdas: 1,
    runsMax: 2,
    planFences: [1, 4],
    fenceMax: 6,
    segmentFenceMax: 1,
    people: { ...nobody, cancel: true, retry: true },
  },
  "segments that fail": { ...cut, workers: 1, ends: { ...nothing, fail: true } },
  "segments with gaps": {
    ...cut,
    workers: 1,
    ends: { ...nothing, fail: true },
    partialAllowed: true,
  },
  "segments, two workers": { ...workersOnly, ends: { ...whole.ends } },
  "segments, two plans": { ...workersOnly, planFences: [1, 2], fenceMax: 4 },
  "segments cut anew": {
    ...workersOnly,
    segmentFenceMax: 1,
    planFences: [1, 3],
    fenceMax: 4,
    ends: { ...nothing, otherEngine: true },
  },
} satisfies Record<string, Configuration>;
