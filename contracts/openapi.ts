import type * as z from "zod";
import { Problem } from "./api.ts";
import { errorFacts } from "./errors.ts";
import { limits } from "./limits.ts";
import { schemaCollector } from "./openapi-schemas.ts";
import { routes, type RouteFacts } from "./routes.ts";

type SchemaOf = ReturnType<typeof schemaCollector>["schemaOf"];

const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

function queryParameters(query: z.ZodObject | undefined, schemaOf: SchemaOf) {
  if (!query) return [];
  const { properties = {} } = schemaOf(query, "input") as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}

function problemResponses(problems: RouteFacts["problems"], schemaOf: SchemaOf) {
  const byStatus = Object.groupBy(problems, (code) => String(errorFacts(code).status ?? 422));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes = []]) => [
      status,
      {
        description: codes.join(", "),
        content: { "application/problem+json": { schema: schemaOf(Problem, "output") } },
      },
    ]),
  );
}

/** The gateway's own refusals come before any code of ours and have a sentence and no code. */
const refusals = {
  401: ["NOT_AUTHENTICATED", "No Authorization header came, or nobody is named by it."],
  403: ["NOT_ALLOWED", "The key is unknown, revoked, or of the wrong kind for this route."],
} as const;

const refusalResponses = (schemaOf: SchemaOf) =>
  Object.fromEntries(
    Object.entries(refusals).map(([status, [code, sentence]]) => [
      status,
      {
        description: `${sentence} ${code}, or the gateway's own answer without a code.`,
        content: {
          "application/problem+json": { schema: schemaOf(Problem, "output") },
          "application/json": {
            schema: { type: "object", properties: { message: { type: "string" } } },
          },
        },
      },
    ]),
  );

function operation(name: string, route: RouteFacts, schemaOf: SchemaOf) {
  const json = (schema: z.ZodType, io: "input" | "output") => ({
    "application/json": { schema: schemaOf(schema, io) },
  });
  const idempotencyKey = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    schema: { type: "string", maxLength: limits.idempotencyKeyLengthMax },
  };
  return {
    operationId: name,
    summary: route.summary,
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(route.query, schemaOf),
      ...(name === "submitVideo" ? [idempotencyKey] : []),
    ],
    ...(route.body && { requestBody: { required: true, content: json(route.body, "input") } }),
    responses: {
      [route.status]: {
        description: "Done",
        ...(route.response && { content: json(route.response, "output") }),
      },
      ...problemResponses(route.problems, schemaOf),
      ...refusalResponses(schemaOf),
    },
  };
}

/** The OpenAPI 3.1 document of the whole API, generated from the routes and their schemas. */
export function openApiDocument() {
  const { schemaOf, components } = schemaCollector();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes as Record<string, RouteFacts>)) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operation(name, route, schemaOf),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Framequeue",
      version: "1",
      description: "Turns uploaded videos into detections.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key, `fq_…`; where the system was deployed with an issuer of tokens, a token of it. Worker tokens, `fqw_…`, open the routes of workers only.",
        },
      },
    },
  };
}
