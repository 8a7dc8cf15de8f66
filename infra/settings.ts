import * as z from "zod";
import { limits } from "../contracts/limits.ts";

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);

/** What a deployment may set, by `cdk deploy -c name=value`; tests shorten the lease so. */
const Settings = z.object({
  leaseSeconds: positive(limits.leaseSeconds),
  /** Frames of one segment of a long video, about; `0` leaves it to what suits each worker's processor. */
  segmentFrames: z.coerce.number().int().nonnegative().default(0),
  heartbeatSeconds: positive(limits.heartbeatSeconds),
  defaultOwner: z.string().min(1).default("team"),
  inboxPipeline: z.string().min(1).default("pitch"),
  uploadBytesMax: positive(limits.uploadBytesMax),
  require: z.enum(["any", "gpu"]).default("any"),
  /** `destroy` deletes videos and results with the stack. */
  removal: z.enum(["retain", "destroy"]).default("retain"),
});
export type Settings = z.output<typeof Settings>;

/** Reads the settings from the CDK context, or says which value is wrong. */
export const settingsFrom = (contextValue: (name: string) => unknown): Settings =>
  Settings.parse(
    Object.fromEntries(Object.keys(Settings.shape).map((name) => [name, contextValue(name)])),
  );
