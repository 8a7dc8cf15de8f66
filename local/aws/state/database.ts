import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";

/** The one SQLite file behind S3, SQS, DynamoDB and the event rules, so that they can commit together. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #afterCommit: (() => void)[] = [];

  constructor(path: string) {
    this.#connection = new DatabaseSync(path);
    // NORMAL survives the death of the process; only a power cut may lose the last commits.
    this.#connection.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
  }

  /** Runs statements that define tables; each must be repeatable. */
  define(schema: string): void {
    this.#connection.exec(schema);
  }

  /** The first row, or undefined. The caller names the row's shape. */
  find<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** Every row. The caller names the row's shape. */
  list<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Runs one write and says how many rows it changed and which row it inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; insertedRow: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), insertedRow: Number(lastInsertRowid) };
  }

  /** All of the writes or none; a transaction inside another becomes part of it. Work must be synchronous. */
  transaction<Result>(work: () => Result): Result {
    if (this.#connection.isTransaction) return work();

    this.#connection.exec("BEGIN IMMEDIATE");
    let result: Result;
    try {
      result = work();
      this.#connection.exec("COMMIT");
    } catch (error) {
      this.#afterCommit = [];
      if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
      throw error;
    }

    const callbacks = this.#afterCommit;
    this.#afterCommit = [];
    for (const callback of callbacks) callback();
    return result;
  }

  /** Runs the callback once what was written so far is committed, and not at all if it is rolled back. */
  afterCommit(callback: () => void): void {
    if (this.#connection.isTransaction) this.#afterCommit.push(callback);
    else callback();
  }

  /** Whether a transaction is going on; false when the database is closed. */
  get isTransaction(): boolean {
    return this.#connection.isOpen && this.#connection.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#connection.prepare(sql)));
    return statement;
  }
}
