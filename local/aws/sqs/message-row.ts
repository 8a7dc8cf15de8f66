/** A message as its row has it. Times are milliseconds since 1970. */
export interface MessageRow {
  position: number;
  queue: string;
  message_id: string;
  body: string;
  attributes: string;
  trace_header: string | null;
  group_id: string | null;
  deduplication_id: string | null;
  sent_at: number;
  /** In flight: hidden until then. Otherwise: delayed until then. */
  visible_at: number;
  in_flight: number;
  receive_count: number;
  first_received_at: number | null;
  receipt_handle: string | null;
  /** The queue from which it came to this dead-letter queue. */
  source_queue: string | null;
}
