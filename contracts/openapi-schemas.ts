import * as z from "zod";

type JsonSchema = Record<string, unknown>;

/** Turns zod schemas into JSON Schema for one OpenAPI document: what has an id stands once, among the components. */
export function schemaCollector() {
  const components: Record<string, unknown> = {};

  function add(id: string, schema: unknown): void {
    const known = components[id];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Schema ${id} differs between requests and answers: it needs two ids.`);
    }
    components[id] = schema;
  }

  return {
    schemaOf: (schema: z.ZodType, io: "input" | "output"): JsonSchema => {
      // Inside another schema one with an id becomes a reference, too.
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ root: schema }), {
        io,
        unrepresentable: "any",
        reused: "inline",
        override: ({ zodSchema, jsonSchema }) => {
          // Answers may gain fields; only what refuses others when it is read is closed.
          const { def } = zodSchema._zod;
          if (def.type === "object" && !def.catchall) delete jsonSchema.additionalProperties;
        },
      });
      for (const [id, definition] of Object.entries($defs)) add(id, toComponents(definition));
      return toComponents(properties?.["root"]) as JsonSchema;
    },

    components: (): JsonSchema =>
      Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The same schema with its references as OpenAPI has them. */
const toComponents = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
