-- The events of a ledger, one row for each; a row may be there more than once: read 'events_deduplicated'.
CREATE TABLE IF NOT EXISTS `{{project}}.{{dataset}}.events` (
  position INT64 NOT NULL OPTIONS (description = 'Place in the ledger, or in its partition: 1, 2, 3 and so on'),
  partition_id INT64 NOT NULL OPTIONS (description = 'Partition of a partitioned ledger, else 0'),
  id STRING NOT NULL OPTIONS (description = 'Id of the event'),
  stream STRING NOT NULL OPTIONS (description = 'Stream that it belongs to'),
  category STRING NOT NULL OPTIONS (description = 'Name of the stream up to the first hyphen'),
  revision INT64 NOT NULL OPTIONS (description = 'Place in the stream: 1, 2, 3 and so on'),
  type STRING NOT NULL OPTIONS (description = 'Type of the event'),
  schema_version INT64 NOT NULL OPTIONS (description = 'Version of the form of its data'),
  data STRING NOT NULL OPTIONS (description = 'JSON, byte for byte what was committed'),
  tags ARRAY<STRING> OPTIONS (description = 'Tags, ordered by bytes'),
  occurred_at TIMESTAMP NOT NULL OPTIONS (description = 'When it happened, as its author said'),
  recorded_at TIMESTAMP NOT NULL OPTIONS (description = 'When it was committed; never decreases from position to position'),
  metadata STRING OPTIONS (description = 'JSON, byte for byte what is hashed; NULL for none'),
  event_hash STRING NOT NULL OPTIONS (description = 'SHA-256 that chains it to the event before in its stream, 64 hexadecimal digits'),
  inserted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP() OPTIONS (description = 'When the row was written')
)
PARTITION BY DATE(recorded_at)
CLUSTER BY type, stream
OPTIONS (description = 'Events of a ledger, appended only')
