/** Longer than any function may run: an invocation in progress is not begun a second time. */
const visibilitySeconds = 15 * 60 + 30;
/** Lambda drops an event that it could not deliver for six hours. */
const eventAgeSecondsMax = 6 * 3600;

/** The queue in which a function's asynchronous invocations wait; Lambda has one inside, too, out of sight. */
export function asynchronousQueue(functionName: string) {
  return {
    name: `asynchronous-${functionName}`,
    attributes: {
      VisibilityTimeout: visibilitySeconds,
      MessageRetentionPeriod: eventAgeSecondsMax,
    },
  };
}
