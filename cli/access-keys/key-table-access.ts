import type { KeyStore } from "../../contracts/ports/key-store.ts";

/** A table, and how it is reached where that is not what the environment says. */
export interface KeyTable {
  readonly table: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** AWS, for the commands that work on the table itself: who may write it may make keys. */
export interface KeyTableAccess {
  open(place: KeyTable): Promise<KeyStore>;
  /** Outputs of a CloudFormation stack; undefined where there is none of the name. */
  stackOutputs(stack: string): Promise<Readonly<Record<string, string>> | undefined>;
}
