import { matchesWildcard } from "./wildcard.ts";

/** What somebody wants to do, with what AWS knows of the request. */
export interface Attempt {
  readonly action: string;
  readonly resource: string;
  /** Values of a condition's key; absent: the request has none. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** One statement of a role's policies, resolved. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** Whether policies allow it: one statement does and none denies it, as IAM decides within one account. */
export function allows(statements: readonly PolicyStatement[], attempt: Attempt): boolean {
  const applying = statements.filter((statement) => applies(statement, attempt));
  return (
    applying.some(({ Effect }) => Effect === "Allow") &&
    !applying.some(({ Effect }) => Effect === "Deny")
  );
}

function applies({ Action, Resource, Condition = {} }: PolicyStatement, attempt: Attempt): boolean {
  return (
    // IAM reads actions without regard to case, resources with.
    listOf(Action).some((each) =>
      matchesWildcard(each.toLowerCase(), attempt.action.toLowerCase()),
    ) &&
    listOf(Resource).some((each) => matchesWildcard(each, attempt.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, attempt.context[key], listOf(wanted)),
      ),
    )
  );
}

function holds(
  operator: string,
  values: readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  switch (operator) {
    case "Null":
      return (values === undefined) === (wanted[0] === "true");
    case "StringEquals":
      return values?.length === 1 && wanted.includes(values[0]!);
    case "ForAllValues:StringEquals":
      return (values ?? []).every((value) => wanted.includes(value));
    case "ForAllValues:StringLike":
      return (values ?? []).every((value) => wanted.some((each) => matchesWildcard(each, value)));
    default:
      throw new Error(`The condition ${operator} is not known here.`);
  }
}

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;
