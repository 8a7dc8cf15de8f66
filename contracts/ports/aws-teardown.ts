/** With the stack's id as its value, on what CloudFormation puts no tag of its own on: tables and pools of people. */
export const stackTag = "framequeue:stack-id";

/** What a stack has made and did not take with it. */
export interface LeftResource {
  /** CloudFormation's word, such as AWS::S3::Bucket. */
  readonly type: string;
  readonly physicalId: string;
}

/** What stops and removes what a deployment runs and keeps. Each may be repeated; what is gone already is no fault. */
export interface AwsTeardown {
  disableRule(name: string): Promise<void>;
  listTasks(cluster: string): Promise<readonly string[]>;
  stopTask(cluster: string, task: string): Promise<void>;
  /** Instances that are still part of the cluster. */
  countInstances(cluster: string): Promise<number>;
  allowTableDeletion(table: string): Promise<void>;
  deleteTable(table: string): Promise<void>;
  /** Every object, version and unfinished upload. */
  emptyBucket(bucket: string): Promise<void>;
  deleteBucket(bucket: string): Promise<void>;
  /** The pool with everybody's account in it. */
  deletePeople(pool: string): Promise<void>;
  /** Buckets, tables and pools of people in this region that carry the tag of a stack of this name: this one's, and what earlier ones have left. */
  listTagged(stack: string): Promise<readonly LeftResource[]>;
}
