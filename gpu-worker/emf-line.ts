import {
  metricsNamespace,
  metricUnits,
  type MetricName,
  type MetricValues,
} from "../contracts/metrics.ts";

/**
 * A line of the log from which CloudWatch takes metrics, with `fields` to find it by: its embedded metric format. The library that
 * the functions use for that is made for a Lambda's invocations, and would be loaded by every worker.
 */
export const emfLine = (
  values: MetricValues,
  { now, fields }: { readonly now: number; readonly fields: Readonly<Record<string, unknown>> },
): string =>
  `${JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [["service"]],
          Metrics: Object.keys(values).map((name) => ({
            Name: name,
            Unit: metricUnits[name as MetricName],
          })),
        },
      ],
    },
    service: "worker",
    ...fields,
    ...values,
  })}\n`;
