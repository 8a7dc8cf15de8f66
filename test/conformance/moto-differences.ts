import type { KnownDifference } from "./verdict.ts";

/** Where moto 5.2.1 does not do what AWS documents. */
export const motoDifferences: readonly KnownDifference[] = [
  {
    because: "requests run in threads without a lock, so a conditional write is not atomic",
    suite: "job store",
    varies: true,
    checks: [
      "the set of ended segments grows by each once, whoever enters it, and is full when all are in",
      "a claim whose answer was lost is recognised and counts once",
    ],
  },
  {
    because: "requests run in threads without a lock, so a conditional write is not atomic",
    suite: "idempotency store",
    varies: true,
    checks: ["of many at once exactly one is kept, and all learn which"],
  },
  {
    because: "requests run in threads without a lock, so a write is not atomic",
    suite: "DynamoDB",
    varies: true,
    checks: [
      "conditions > lets one of twenty parallel inserts of an item win",
      "conditions > lets one of twenty parallel claims of a fence win",
      "sets > keeps the members of all of twenty parallel additions",
      "sets > is full once as many have been added as are awaited, and for one writer only",
      "items > counts a hundred parallel additions to the last one",
    ],
  },
  {
    because: "requests run in threads without a lock, so a conditional write is not atomic",
    suite: "S3",
    varies: true,
    checks: ["objects > lets one of twenty parallel creators win"],
  },
  {
    because: "it checks no signature",
    suite: "DynamoDB",
    checks: ["tables > refuses a signature made with another secret"],
  },
  {
    because: "it answers 500 where a condition compares values of two types",
    suite: "DynamoDB",
    checks: ["conditions > does not hold: fence < :v", "conditions > does not hold: #status >= :v"],
  },
  {
    because: "it cannot parse a condition that has line breaks",
    suite: "DynamoDB",
    checks: ["items > updates under a condition made of every operator that the product uses"],
  },
  {
    because: "it refuses less than AWS does",
    suite: "DynamoDB",
    checks: [
      "items > writes batches of 25, reads them back and refuses 26",
      "items > refuses an index key of another type",
      "conditions > refuses a condition with a name that nothing uses, or a value that nothing gives",
      "sets > refuses a set that has a member twice",
      "sets > refuses a set that has no member",
    ],
  },
  {
    because: "a full page that is the last has no LastEvaluatedKey",
    suite: "DynamoDB",
    checks: ["lists and batches > does not know that a full page was the last"],
  },
  {
    because: "a transaction's token is not remembered",
    suite: "DynamoDB",
    checks: [
      "transactions > applies a request once however often its token is sent, and refuses another with it",
    ],
  },
  {
    because: "it checks no signature",
    suite: "SQS",
    checks: ["queues > refuses a signature made with another secret"],
  },
  {
    because: "it refuses less than AWS does",
    suite: "SQS",
    checks: [
      "queues > refuses attributes that it does not know or that are out of range",
      "messages > keeps a body beyond the basic plane and refuses control characters",
      "receipts > lets a queue keep its messages for fourteen days, and no longer",
    ],
  },
  {
    because: "an old receipt deletes and hides a message that is somebody else's by now",
    suite: "SQS",
    checks: [
      "visibility and long polls > does not let an old receipt delete a message that was received again",
      "visibility and long polls > refuses to extend a lease that has ended",
    ],
  },
  {
    because:
      "requests run in threads without a lock: of 200 that wait one may get another's message, and a poll may end before it has looked",
    suite: "SQS",
    varies: true,
    checks: ["visibility and long polls > gives each of 200 messages to one of 200 pollers"],
  },
  {
    because: "it gives a message to a poller that has hung up",
    suite: "SQS",
    checks: ["visibility and long polls > gives no message to a poller that has gone"],
  },
  {
    because: "its queues are first in, first out: it knows no fair queues",
    suite: "SQS",
    checks: ["messages > serves a quiet tenant before the backlog of a noisy one"],
  },
  {
    because: "its queues are first in, first out: it knows no fair queues",
    suite: "work queue",
    checks: ["what one owner has waiting does not hold up another's work"],
  },
  {
    because: "dead letters do not tell their queue, and there are no tasks that move them back",
    suite: "SQS",
    checks: [
      "dead letters > moves a message that was received too often, with its attributes and its origin",
      "dead letters > moves dead letters back to where they came from, as new",
    ],
  },
  {
    because: "it checks no signature, nor what was signed",
    suite: "S3",
    checks: [
      "objects > refuses a reader without a signature",
      "objects > refuses a signature made with another secret",
      "presigned PUT > refuses another content type than the signed one, and says so after a large body too",
      "presigned PUT > refuses a body longer than the signed length and accepts the exact one",
      "presigned PUT > refuses an expired URL",
      "presigned PUT > refuses a URL whose signature was changed",
      "presigned PUT > refuses a URL whose key was changed",
      "presigned PUT > refuses a URL whose expiry was changed",
      "presigned PUT > honours a signed If-None-Match",
      "presigned POST > refuses a file larger than the policy's range",
      "presigned POST > refuses a file smaller than the policy's range",
      "presigned POST > refuses a field that does not meet its condition",
      "presigned POST > refuses a field that the policy does not mention",
      "presigned POST > refuses an expired policy",
      "presigned POST > refuses a policy whose signature was changed",
    ],
  },
  {
    because: "it checks no checksum of a body, and does not return what came with one",
    suite: "S3",
    checks: [
      "objects > refuses a body whose CRC32 is another, and keeps nothing of it",
      "objects > refuses a body whose SHA-256 is another, and keeps nothing of it",
      "objects > refuses a body whose Content-MD5 is another, and keeps nothing of it",
      "publication > takes a body whose SHA-256 is the one it came with",
      "presigned PUT > refuses the checksum of nothing that the SDK's default presigner puts into URLs",
      "multipart upload > serves the SDK's own parallel uploader with its default checksums",
    ],
  },
  {
    because: "it answers every preflight, whatever the CORS rules say",
    suite: "S3",
    checks: [
      "buckets > answers a preflight, which has no signature, as the CORS rules say",
      "buckets > refuses a preflight for another origin",
      "buckets > refuses a preflight for another method",
    ],
  },
  {
    because: "a range is served without the headers that the URL asks for",
    suite: "S3",
    checks: ["bytes=0-99", "bytes=900-", "bytes=-50", "bytes=990-5000"].map(
      (range) => `objects > answers the range ${range} through a presigned URL`,
    ),
  },
  {
    because: "it takes any number of keys in one deletion",
    suite: "S3",
    checks: ["publication > takes a thousand keys in one deletion and no more"],
  },
  {
    because: "parts may come in any order, and an upload that was aborted has no error of its own",
    suite: "S3",
    checks: [
      "multipart upload > refuses to complete with parts out of order",
      "multipart upload > knows an aborted upload no more",
    ],
  },
];
