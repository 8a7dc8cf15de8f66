import { Metrics } from "@aws-lambda-powertools/metrics";
import { metricsNamespace, metricUnits, type MetricName } from "../contracts/metrics.ts";
import type { CountMetrics } from "./metrics.ts";

/** One line of CloudWatch's embedded metric format in the function's log, without a call to anything. */
export function emfMetrics(serviceName: string): CountMetrics {
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName });
  return (values) => {
    for (const [name, value] of Object.entries(values)) {
      metrics.addMetric(name, metricUnits[name as MetricName], value);
    }
    metrics.publishStoredMetrics();
  };
}
