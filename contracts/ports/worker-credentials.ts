/** What opens the worker's part of the system, for a time. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Gives workers elsewhere credentials that do what a worker must and nothing else. */
export interface WorkerCredentials {
  /** `session` names the worker's token in what AWS records: 2 to 64 letters, digits and `=,.@_-`. */
  issue(session: string): Promise<TemporaryCredentials>;
}
