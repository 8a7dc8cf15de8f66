import { Aws, Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { type MetricName, metricsNamespace } from "../../contracts/metrics.ts";
import type { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";

export interface OperationsProps {
  readonly work: QueueWithDeadLetters;
  /** Dead letters that nobody reads, by what they were meant for. */
  readonly unreadDeadLetters: Readonly<Record<string, IQueue>>;
  readonly functions: readonly IFunction[];
  readonly sweep: IFunction;
  readonly api: HttpApi;
  /** Whether tasks on GPU instances are started here; only then somebody measures what waits for one. */
  readonly hasFleet: boolean;
  readonly email?: string | undefined;
}

interface AlarmFacts {
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods of the metric in a row. */
  readonly periods?: number;
  readonly below?: boolean;
  /** Heading in docs/runbook.md, as its anchor. */
  readonly runbook: string;
}

const minutes = (count: number) => Duration.minutes(count);
const own = (
  service: "sweep" | "scale" | "worker",
  metricName: MetricName,
  { statistic = "Maximum", period = minutes(1) } = {},
) =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service },
    statistic,
    period,
  });
const ofWorkers = (metricName: MetricName, statistic: string) =>
  own("worker", metricName, { statistic, period: minutes(5) });

/** What a person should be told of, each with its section in the runbook, and one page to look at. Ten alarms are free. */
export class Operations extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    this.alarms = Object.entries(alarmsOf(props)).map(([name, facts]) => this.#alarm(name, facts));
    if (props.email) this.#tell(props.email);
    this.#dashboard(props);
  }

  #alarm(name: string, { metric, threshold, periods = 1, below, runbook }: AlarmFacts): Alarm {
    return new Alarm(this, name, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Silence is good news of what counts faults, and the fault itself of what counts signs of life.
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: `What to do: docs/runbook.md#${runbook}`,
    });
  }

  #tell(email: string): void {
    const topic = new Topic(this, "Topic", { enforceSSL: true });
    // A policy of its own takes the place of SNS' default one, by which the account's alarms may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "Alarms",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new EmailSubscription(email));
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(topic));
  }

  #dashboard({ work, functions, api, hasFleet }: OperationsProps): void {
    const dashboard = new Dashboard(this, "Dashboard", { defaultInterval: Duration.days(1) });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: "Alarms", alarms: [...this.alarms], width: 24 }),
    );
    dashboard.addWidgets(
      new GraphWidget({
        title: "Work",
        left: [own("scale", "BacklogVideoSeconds")],
        right: [own("sweep", "OldestWaitingSeconds"), own("scale", "BacklogWithoutWorkerSeconds")],
        width: 12,
      }),
      new GraphWidget({
        title: "Messages",
        left: [
          work.queue.metricApproximateNumberOfMessagesVisible({ period: minutes(1) }),
          work.queue.metricApproximateNumberOfMessagesNotVisible({ period: minutes(1) }),
        ],
        right: [own("scale", "IdleGpus")],
        width: 12,
      }),
    );
    if (hasFleet) dashboard.addWidgets(...widgetsOfWorkers());
    dashboard.addWidgets(
      new GraphWidget({
        title: "Functions: errors",
        left: functions.map((each) => each.metricErrors()),
        width: 12,
      }),
      new GraphWidget({
        title: "API",
        left: [api.metricCount(), api.metricClientError(), api.metricServerError()],
        right: [api.metricLatency({ statistic: "p99" })],
        width: 12,
      }),
    );
  }
}

/** What the workers measure themselves; which of decoding and detecting sets the pace is the one that is near 100 %. */
const widgetsOfWorkers = () => [
  new GraphWidget({
    title: "Workers: pace",
    left: [ofWorkers("FramesPerSecond", "Average"), ofWorkers("FramesPerSecond", "p10")],
    right: [ofWorkers("DecodePercent", "Average"), ofWorkers("InferPercent", "Average")],
    width: 12,
  }),
  new GraphWidget({
    title: "Workers: jobs",
    left: [ofWorkers("JobSeconds", "p50"), ofWorkers("JobSeconds", "p90")],
    right: [ofWorkers("FramesAnalysed", "Sum")],
    width: 12,
  }),
];

function alarmsOf({
  work,
  unreadDeadLetters,
  functions,
  sweep,
  api,
  hasFleet,
}: OperationsProps): Readonly<Record<string, AlarmFacts>> {
  const sum = { statistic: "Sum", period: minutes(5) };
  const errors = Object.fromEntries(
    functions.map((each, index) => [`errors${index}`, each.metricErrors(sum)]),
  );
  return {
    WorkDeadLetters: {
      // Its function reads them at once, and what is moved there by a redrive does not count as sent.
      metric: work.deadLetters.metricNumberOfMessagesReceived(sum),
      threshold: 1,
      runbook: "messages-in-the-work-queues-dead-letter-queue",
    },
    ...Object.fromEntries(
      Object.entries(unreadDeadLetters).map(([name, queue]) => [
        `${name}DeadLetters`,
        {
          metric: queue.metricApproximateNumberOfMessagesVisible({
            statistic: "Maximum",
            period: minutes(5),
          }),
          threshold: 1,
          runbook: `dead-letters-of-${name.replaceAll(/(?!^)[A-Z]/g, "-$&").toLowerCase()}`,
        },
      ]),
    ),
    SweeperSilent: {
      metric: new MathExpression({
        expression: "FILL(calls, 0) - FILL(failed, 0)",
        usingMetrics: { calls: sweep.metricInvocations(sum), failed: sweep.metricErrors(sum) },
        period: minutes(5),
      }),
      threshold: 1,
      periods: 2,
      below: true,
      runbook: "the-sweeper-is-silent",
    },
    FunctionErrors: {
      metric: new MathExpression({
        expression: Object.keys(errors)
          .map((name) => `FILL(${name}, 0)`)
          .join(" + "),
        usingMetrics: errors,
        period: minutes(5),
      }),
      threshold: 3,
      runbook: "a-function-fails",
    },
    ApiErrors: {
      metric: api.metricServerError(sum),
      threshold: 5,
      runbook: "the-api-answers-with-5xx",
    },
    OldestWaitingJob: {
      metric: own("sweep", "OldestWaitingSeconds"),
      threshold: Duration.hours(1).toSeconds(),
      periods: 3,
      runbook: "a-job-has-waited-for-an-hour",
    },
    ...(hasFleet && {
      BacklogWithoutWorker: {
        metric: own("scale", "BacklogWithoutWorkerSeconds"),
        threshold: minutes(15).toSeconds(),
        periods: 3,
        runbook: "work-waits-and-no-worker-is-alive",
      },
      IdleGpu: {
        metric: own("scale", "IdleGpus"),
        threshold: 1,
        periods: 20,
        runbook: "a-gpu-runs-without-work",
      },
    }),
  };
}
