-- The events with their data and metadata as JSON values beside the text. What JSON values cannot hold is NULL there.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.events_json`
OPTIONS (description = 'Events, each once, with data and metadata as JSON')
AS
SELECT
  *,
  SAFE.PARSE_JSON(data, wide_number_mode => 'round') AS data_json,
  SAFE.PARSE_JSON(metadata, wide_number_mode => 'round') AS metadata_json
FROM `{{project}}.{{dataset}}.events_deduplicated`
