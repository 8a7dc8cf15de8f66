import { Aws, RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  TableV2,
  type Attribute,
} from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import { stackTag } from "../../contracts/ports/aws-teardown.ts";
import { jobsTable } from "../../contracts/table.ts";

export interface JobsTableProps {
  readonly removal: "retain" | "destroy";
}

const attribute = ({ name, type }: { name: string; type: "S" | "N" }): Attribute => ({
  name,
  type: type === "S" ? AttributeType.STRING : AttributeType.NUMBER,
});

/** The truth about every job, and the heartbeats of the workers. */
export class JobsTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { removal }: JobsTableProps) {
    super(scope, id);
    this.table = new TableV2(this, "Table", {
      partitionKey: attribute(jobsTable.partitionKey),
      sortKey: attribute(jobsTable.sortKey),
      timeToLiveAttribute: jobsTable.ttlAttribute,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removal === "retain",
      removalPolicy: removal === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      // By it `aws:destroy` finds a table whose stack is gone.
      tags: [{ key: stackTag, value: Aws.STACK_ID }],
      globalSecondaryIndexes: Object.values(jobsTable.indexes).map((index) => ({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        ...(index.projection.type === "INCLUDE"
          ? {
              projectionType: ProjectionType.INCLUDE,
              nonKeyAttributes: [...index.projection.attributes],
            }
          : { projectionType: ProjectionType.KEYS_ONLY }),
      })),
    });
  }
}
