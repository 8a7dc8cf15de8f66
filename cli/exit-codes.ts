/** What the command's exit says; documented in docs/cli.md and in `--help`. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  jobFailed: 3,
  notAuthorised: 4,
  notFound: 5,
  cancelled: 6,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const;

export const exitCodesHelp = `Exit codes: 0 ok, 1 failure, 2 usage, 3 job failed or expired, 4 not authorised, 5 not found,
6 job cancelled, 124 timeout, 130 and 143 stopped by a signal.`;
