import type { MetricName } from "../contracts/metrics.ts";

/** Where behaviour counts: what is known at the end of one call. */
export type CountMetrics = (values: Partial<Readonly<Record<MetricName, number>>>) => void;
