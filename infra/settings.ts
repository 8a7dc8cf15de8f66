import * as z from "zod";
import { limits } from "../contracts/limits.ts";
import { Auth, authFrom } from "./auth.ts";
import { list } from "./setting-kinds.ts";

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);
const yesOrNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean(),
);

/** One NVIDIA GPU each. T4 first: the cheapest, and detection of one video does not fill a larger one. */
const gpuInstanceTypes = [
  "g4dn.xlarge",
  "g6.xlarge",
  "g5.xlarge",
  "g4dn.2xlarge",
  "g6.2xlarge",
  "g5.2xlarge",
];

/** What a deployment may set: as props of the construct, or by `cdk deploy -c name=value`; tests shorten the lease so. */
export const Settings = z.object({
  leaseSeconds: positive(limits.leaseSeconds),
  /** Frames of one segment of a long video, about; `0` leaves it to what suits each worker's processor. */
  segmentFrames: z.coerce.number().int().nonnegative().default(0),
  heartbeatSeconds: positive(limits.heartbeatSeconds),
  /** Who lets callers of the API in. On the command line `auth=jwt` with authIssuer and authAudience, and authClientId for a login on the page, or `auth=cognito` with authDomainPrefix. */
  auth: Auth.default({ type: "apiKey" }),
  /** A revoked key may go on for so long, and a revoked worker for twice that. Shorter is safer, and each caller costs a read of the table so often. */
  revokedWithinSeconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.workerCredentialsSeconds - limits.credentialsRenewedBeforeSeconds)
    .default(limits.revokedWithinSeconds),
  inboxPipeline: z.string().min(1).default("pitch"),
  /** Bytes that one video may have. */
  uploadBytesMax: positive(limits.uploadBytesMax),
  /** A task on a GPU instance whose GPU does not work says so and ends, instead of taking ten times as long on what is paid for it. */
  require: z.enum(["any", "gpu"]).default("gpu"),
  /** `destroy` deletes videos and results with the stack. */
  removal: z.enum(["retain", "destroy"]).default("retain"),

  /** GPUs on ECS Managed Instances, on an Auto Scaling group, or none: then workers come from elsewhere. */
  compute: z.enum(["managed", "asg", "none"]).default("managed"),
  /** Spot costs a third, and may end with two minutes' notice, which loses a segment at most. */
  spot: yesOrNo.default(true),
  instanceTypes: list.default(gpuInstanceTypes),
  /** GPU instances at the same time, at most. */
  workersMax: z.coerce.number().int().min(1).max(100).default(2),
  /** A worker without work ends after this: longer is quicker for the next video, and paid. */
  idleExitSeconds: positive(60),
  /** Where instances may run; by default two zones. */
  availabilityZones: list.optional(),

  /** Names of the page instead of the distribution's own, with their certificate in us-east-1. */
  domainNames: list.optional(),
  certificateArn: z.string().startsWith("arn:").optional(),
  /** A web ACL in front of the page and the API, of scope CLOUDFRONT. */
  webAclArn: z.string().startsWith("arn:").optional(),

  /** Who is told of alarms and of the budget. */
  alarmEmail: z.email().optional(),
  /** A mail when 80 % of it are spent. */
  monthlyBudgetUsd: z.coerce.number().positive().optional(),
});
export type Settings = z.output<typeof Settings>;

/** Reads the settings from the CDK context, or says which value is wrong. */
export const settingsFrom = (contextValue: (name: string) => unknown): Settings =>
  Settings.parse({
    ...Object.fromEntries(Object.keys(Settings.shape).map((name) => [name, contextValue(name)])),
    auth: authFrom(contextValue),
  });
