import type { AwsAccount } from "../../contracts/ports/aws-account.ts";
import type { AwsTeardown, LeftResource } from "../../contracts/ports/aws-teardown.ts";
import type { Step } from "./steps.ts";

export interface DestroyOptions {
  readonly account: Pick<AwsAccount, "findStack" | "listResources">;
  readonly teardown: AwsTeardown;
  readonly stack: string;
  /** Videos, results, jobs and people's accounts go, too; without it their bucket, table and pool stay. */
  readonly deletesVideos: boolean;
  readonly destroyStack: () => Promise<void>;
  readonly wait: (seconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

const lookSeconds = 15;
/** ECS gives an idle instance back after 5 minutes, an Auto Scaling group after 15; twice that. */
const looksMax = (30 * 60) / lookSeconds;

/** How a person removes what is left and no step of ours removes. */
const commands: Readonly<Record<string, string>> = {
  "AWS::Logs::LogGroup": "aws logs delete-log-group --log-group-name",
};

/** From a deployment to nothing: nothing starts any more, what runs ends, then the stack goes, then what it and earlier ones left. Empty when there is none of all that. */
export async function destroySteps(options: DestroyOptions): Promise<Step[]> {
  const { account, teardown, stack, deletesVideos, destroyStack } = options;
  const found = await account.findStack(stack);
  if (!found) return stepsWithoutStack(options);
  const resources = await account.listResources(stack);
  const idsOf = (type: string) =>
    resources
      .filter((each) => each.type === type && each.physicalId)
      .map((each) => each.physicalId);
  const rules = idsOf("AWS::Events::Rule");
  const clusters = idsOf("AWS::ECS::Cluster");
  const tables = idsOf("AWS::DynamoDB::GlobalTable");
  // By its name in the template: a stack that has failed may have no outputs.
  const media = resources.find(
    ({ type, logicalId }) => type === "AWS::S3::Bucket" && logicalId.startsWith("Media"),
  )?.physicalId;
  const buckets = idsOf("AWS::S3::Bucket").filter((bucket) => deletesVideos || bucket !== media);

  const steps: Step[] = [
    {
      says: `Start nothing any more: disable the rules ${rules.join(", ")}`,
      run: () => each(rules, (rule) => teardown.disableRule(rule)),
    },
    ...clusters.map((cluster) => ({
      says: `Stop the workers of ${cluster}, and wait until no instance is left`,
      run: () => drain(cluster, options),
    })),
    {
      says: `Empty the buckets ${buckets.join(", ")}: a bucket with objects cannot go`,
      run: () => each(buckets, (bucket) => teardown.emptyBucket(bucket)),
    },
  ];
  if (deletesVideos) {
    steps.push({
      says: `Turn off the deletion protection of ${tables.join(", ")}`,
      run: () => each(tables, (table) => teardown.allowTableDeletion(table)),
    });
  }
  steps.push(
    { says: `Destroy the stack ${stack}`, run: destroyStack },
    {
      says: deletesVideos
        ? "Delete what the stack has left: videos, results, jobs, and the accounts of people"
        : "Name what the stack has left",
      run: async () => {
        // By its id: a deleted stack has no name any more.
        const left = (await account.listResources(found.id)).filter(
          ({ status }) => status === "DELETE_SKIPPED" || status === "DELETE_FAILED",
        );
        await clear([...left, ...(await teardown.listTagged(stack))], options);
      },
    },
  );
  return steps;
}

/** What earlier stacks of this name have left is there without one. */
async function stepsWithoutStack(options: DestroyOptions): Promise<Step[]> {
  const left = await options.teardown.listTagged(options.stack);
  if (left.length === 0) return [];
  const names = left.map(({ physicalId }) => physicalId).join(", ");
  return [
    {
      says: `${options.deletesVideos ? "Delete" : "Name"} what a stack ${options.stack} has left: ${names}`,
      run: () => clear(left, options),
    },
  ];
}

/** Deletes each of these if videos go, too, and says of each what became of it. */
async function clear(
  resources: readonly LeftResource[],
  { teardown, deletesVideos, say }: DestroyOptions,
): Promise<void> {
  // The stack's list and the tags may both name a thing.
  const left = new Map(resources.map((resource) => [resource.physicalId, resource]));
  for (const resource of left.values()) {
    const { type, physicalId } = resource;
    const isDeleted = deletesVideos && (await remove(resource, teardown));
    const command = commands[type];
    const how = !isDeleted && command !== undefined ? `; ${command} ${physicalId}` : "";
    say(`   ${isDeleted ? "deleted" : "left"}  ${type} ${physicalId}${how}`);
  }
  if (left.size === 0) say("   nothing of its own is left");
  say(
    "   left  code and images in the bucket and registry of CDKToolkit, where other apps' are, too; npx cdk gc --unstable=gc",
  );
}

async function drain(cluster: string, { teardown, wait }: DestroyOptions): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    // Anew each time: a start that was under way may still bring one.
    const tasks = await teardown.listTasks(cluster);
    await each(tasks, (task) => teardown.stopTask(cluster, task));
    if (tasks.length === 0 && (await teardown.countInstances(cluster)) === 0) return;
    await wait(lookSeconds);
  }
  throw new Error(
    `Instances are still in ${cluster}. The stack would hang on them: end them in the EC2 console, then run this again.`,
  );
}

/** Whether the kind is one of ours, and so it was deleted. */
async function remove({ type, physicalId }: LeftResource, teardown: AwsTeardown): Promise<boolean> {
  if (type === "AWS::S3::Bucket") {
    // Something may have been put since: access logs come late.
    await teardown.emptyBucket(physicalId);
    await teardown.deleteBucket(physicalId);
    return true;
  }
  if (type === "AWS::DynamoDB::GlobalTable") {
    await teardown.allowTableDeletion(physicalId);
    await teardown.deleteTable(physicalId);
    return true;
  }
  if (type !== "AWS::Cognito::UserPool") return false;
  await teardown.deletePeople(physicalId);
  return true;
}

async function each(ids: readonly string[], act: (id: string) => Promise<void>): Promise<void> {
  for (const id of ids) await act(id);
}
