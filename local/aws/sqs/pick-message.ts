import type { Database } from "../state/database.ts";
import type { MessageRow } from "./message-row.ts";

/**
 * The next message of a standard queue: the oldest. With message groups (a fair queue), groups that
 * have the fewest messages in flight go first, so that a noisy tenant does not hold up a quiet one.
 * AWS begins to do so at a share of the messages in flight; here any difference counts.
 */
export function pickStandard(
  database: Database,
  queue: string,
  now: number,
): MessageRow | undefined {
  const grouped = database.find(
    "SELECT 1 FROM sqs_messages WHERE queue=? AND group_id IS NOT NULL AND in_flight=0 LIMIT 1",
    queue,
  );
  if (!grouped) {
    return database.find<MessageRow>(
      `SELECT * FROM sqs_messages WHERE queue=? AND in_flight=0 AND visible_at<=?
       ORDER BY visible_at, position LIMIT 1`,
      queue,
      now,
    );
  }
  return database.find<MessageRow>(
    `WITH load AS (
       SELECT group_id, count(*) AS in_flight_count FROM sqs_messages
       WHERE queue=?1 AND in_flight=1 AND group_id IS NOT NULL GROUP BY group_id)
     SELECT messages.* FROM sqs_messages AS messages LEFT JOIN load USING (group_id)
     WHERE queue=?1 AND in_flight=0 AND visible_at<=?2
     ORDER BY coalesce(in_flight_count, 0), position LIMIT 1`,
    queue,
    now,
  );
}

/** The next message of a FIFO queue: the first of its group, while no earlier receive holds the group. */
export function pickFifo(
  database: Database,
  queue: string,
  now: number,
  takenNow: readonly MessageRow[],
): MessageRow | undefined {
  return database.find<MessageRow>(
    `SELECT * FROM sqs_messages AS message
     WHERE queue=?1 AND in_flight=0 AND visible_at<=?2
       AND NOT EXISTS (
         SELECT 1 FROM sqs_messages AS held
         WHERE held.queue=?1 AND held.group_id=message.group_id AND held.in_flight=1
           AND held.position NOT IN (SELECT value FROM json_each(?3)))
       AND NOT EXISTS (
         SELECT 1 FROM sqs_messages AS earlier
         WHERE earlier.queue=?1 AND earlier.group_id=message.group_id AND earlier.in_flight=0
           AND earlier.position<message.position)
     ORDER BY position LIMIT 1`,
    queue,
    now,
    JSON.stringify(takenNow.map(({ position }) => position)),
  );
}
