-- How much was read from each source on each day, UTC.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.source_usage`
OPTIONS (description = 'Use of sources by day')
AS
SELECT
  DATE(recorded_at) AS day,
  REGEXP_EXTRACT(flag, r'^corpus:(.*)$') AS source,
  COUNT(*) AS runs,
  SUM(CAST(JSON_VALUE(data, '$.read.files') AS INT64)) AS files,
  SUM(CAST(JSON_VALUE(data, '$.read.records') AS INT64)) AS records,
  SUM(CAST(JSON_VALUE(data, '$.read.papers') AS INT64)) AS papers,
  SUM(CAST(JSON_VALUE(data, '$.read.problems') AS INT64)) AS problems
FROM `{{project}}.{{dataset}}.events_deduplicated`
CROSS JOIN UNNEST(JSON_VALUE_ARRAY(metadata, '$.provenance')) AS flag
WHERE type = 'run.started' AND STARTS_WITH(flag, 'corpus:')
GROUP BY day, source
