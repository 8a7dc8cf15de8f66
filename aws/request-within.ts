import { limits } from "../contracts/limits.ts";

/** Milliseconds in which a connection is there, or is given up. */
export const connectionTimeout = limits.connectSeconds * 1000;

/** The configuration of a client whose requests fail when they were not answered after so many seconds. */
export const requestWithin = (seconds: number) => ({
  requestHandler: {
    connectionTimeout,
    requestTimeout: seconds * 1000,
    throwOnRequestTimeout: true,
  },
});
