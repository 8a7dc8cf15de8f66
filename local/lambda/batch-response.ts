/**
 * The messages that a function with ReportBatchItemFailures gives back. An answer that names something else than
 * messages of the batch counts as a failure of all, so that nothing is lost to a typing error.
 */
export function failedMessageIds(result: unknown, batch: readonly string[]): ReadonlySet<string> {
  if (result === null || result === undefined) return new Set();
  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return new Set(batch);

  const ids = failures.map((each: { itemIdentifier?: unknown } | null) => each?.itemIdentifier);
  const known = ids.filter((id): id is string => batch.includes(id as string));
  return new Set(known.length === ids.length ? known : batch);
}
