import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import {
  VideoDetectionPipeline,
  type VideoDetectionPipelineProps,
} from "./video-detection-pipeline.ts";

/** The pipeline as a stack of its own. */
export class FramequeueStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { pipeline, ...props }: StackProps & { readonly pipeline: VideoDetectionPipelineProps },
  ) {
    super(scope, id, props);
    // The name that CDK leaves out of logical ids: they are the stack's own.
    new VideoDetectionPipeline(this, "Default", pipeline);
  }
}
