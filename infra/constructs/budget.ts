import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

export interface BudgetProps {
  readonly monthlyUsd: number;
  readonly email: string;
}

/** A mail before a month has cost what it may: of the whole account, for AWS knows of no other budget without tags. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { monthlyUsd, email }: BudgetProps) {
    super(scope, id);
    const warn = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: "GREATER_THAN",
        threshold,
      },
      subscribers: [{ subscriptionType: "EMAIL", address: email }],
    });

    new CfnBudget(this, "Budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyUsd, unit: "USD" },
      },
      notificationsWithSubscribers: [warn("ACTUAL", 80), warn("FORECASTED", 100)],
    });
  }
}
