-- Positions that are missing below the last one: rows that have not arrived yet, or were lost.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.position_gaps`
OPTIONS (description = 'Missing positions')
AS
SELECT partition_id, previous + 1 AS first_missing, position - 1 AS last_missing
FROM (
  SELECT
    partition_id,
    position,
    COALESCE(LAG(position) OVER (PARTITION BY partition_id ORDER BY position), 0) AS previous
  FROM (SELECT DISTINCT partition_id, position FROM `{{project}}.{{dataset}}.events`)
)
WHERE position > previous + 1
