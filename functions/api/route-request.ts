import type * as z from "zod";
import type { JobId } from "../../contracts/job-id.ts";
import type { routes, RouteName } from "../../contracts/routes.ts";

type Routes = typeof routes;
type Part<Name extends RouteName, Key extends "body" | "query"> =
  Routes[Name] extends Record<Key, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** What a route's behaviour is given: checked already, and of the caller. */
export interface RouteRequest<Name extends RouteName> {
  readonly owner: string;
  readonly jobId: Routes[Name]["path"] extends `${string}{job_id}${string}` ? JobId : undefined;
  readonly pipelineId?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly deliveryId?: string | undefined;
  readonly query: Part<Name, "query">;
  readonly body: Part<Name, "body">;
  /** Of the key or token; a JWT has none. */
  readonly keyId?: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** The trace that a job of this request belongs to; by default one of its own. */
  readonly traceId?: string;
}

type Answer<Name extends RouteName> =
  Routes[Name] extends Record<"response", infer Schema extends z.ZodType>
    ? z.input<Schema>
    : unknown;

/** The behaviour of every route, by its operation's name. */
export type Behaviours = {
  readonly [Name in RouteName]: (request: RouteRequest<Name>) => Promise<Answer<Name>>;
};
