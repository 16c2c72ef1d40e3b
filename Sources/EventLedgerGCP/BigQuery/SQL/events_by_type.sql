-- How many events there are of each type, and when the first and the last were recorded.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.events_by_type`
OPTIONS (description = 'Number of events of each type')
AS
SELECT
  type,
  COUNT(*) AS events,
  COUNT(DISTINCT stream) AS streams,
  MIN(recorded_at) AS first_recorded_at,
  MAX(recorded_at) AS last_recorded_at
FROM `{{project}}.{{dataset}}.events_deduplicated`
GROUP BY type
