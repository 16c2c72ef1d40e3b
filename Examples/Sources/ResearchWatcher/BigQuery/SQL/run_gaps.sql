-- Runs that are not whole: without a beginning or an end, or with another number of digests than their end tells. The ids of
-- runs are no numbers, so what is missing shows in what belongs together.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.run_gaps`
OPTIONS (description = 'Runs of which something is missing')
AS
WITH
  started AS (
    SELECT DISTINCT JSON_VALUE(data, '$.run.id') AS run
    FROM `{{project}}.{{dataset}}.events_deduplicated`
    WHERE type = 'run.started'
  ),
  completed AS (
    SELECT JSON_VALUE(data, '$.run') AS run, MAX(CAST(JSON_VALUE(data, '$.digests') AS INT64)) AS digests
    FROM `{{project}}.{{dataset}}.events_deduplicated`
    WHERE type = 'run.completed'
    GROUP BY run
  ),
  digests AS (
    SELECT JSON_VALUE(data, '$.run') AS run, COUNT(DISTINCT JSON_VALUE(data, '$.digest.user')) AS digests
    FROM `{{project}}.{{dataset}}.events_deduplicated`
    WHERE type = 'digest.created'
    GROUP BY run
  ),
  runs AS (
    SELECT run FROM started
    UNION DISTINCT SELECT run FROM completed
    UNION DISTINCT SELECT run FROM digests
  )
SELECT
  runs.run AS run,
  started.run IS NOT NULL AS has_start,
  completed.run IS NOT NULL AS has_end,
  completed.digests AS digests_told,
  COALESCE(digests.digests, 0) AS digests_found
FROM runs
LEFT JOIN started ON started.run = runs.run
LEFT JOIN completed ON completed.run = runs.run
LEFT JOIN digests ON digests.run = runs.run
WHERE started.run IS NULL
  OR completed.run IS NULL
  OR completed.digests != COALESCE(digests.digests, 0)
