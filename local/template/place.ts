/** Where the stack is "deployed": what CloudFormation's pseudo parameters and the addresses of resources become. */
export interface Place {
  /** Scheme, host and port of the emulators. */
  readonly awsUrl: string;
  /** Scheme, host and port of the page and the API. */
  readonly pageUrl: string;
  readonly region: string;
  readonly accountId: string;
}

/** Nobody's account: AWS never gives out this number. */
export const localAccountId = "000000000000";
export const localRegion = "us-east-1";
