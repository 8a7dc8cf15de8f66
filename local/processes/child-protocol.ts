import type { Credentials } from "../lambda/function-environment.ts";
import type { Place } from "../template/place.ts";

/** What the processes of the local system are started with, as JSON in their first argument. */
export interface ChildSettings {
  readonly assemblyDirectory: string;
  readonly stateDirectory: string;
  readonly place: Place;
  /** Of the emulators, which `place` may name by a proxy's address. */
  readonly awsPort: number;
  readonly credentials: Credentials;
}

/** The one message of a child: it can be used now. */
export const ready = "ready";

export const readSettings = (): ChildSettings => JSON.parse(process.argv[2]!) as ChildSettings;
