-- The papers of the last seven days' digests that score more than 70, each with the digest that it stands in.
-- An event 'digest.created' holds the digest's entries, best first, as objects with paper, title and score.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.vw_recent_highscore`
OPTIONS (description = 'Papers with a score over 70 in digests of the last seven days')
AS
SELECT
  event.position AS position,
  event.recorded_at AS recorded_at,
  JSON_VALUE(event.data, '$.run') AS run,
  JSON_VALUE(event.data, '$.digest.user') AS uid,
  JSON_VALUE(entry, '$.paperID') AS paper_id,
  JSON_VALUE(entry, '$.title') AS title,
  CAST(JSON_VALUE(entry, '$.score') AS FLOAT64) AS score
FROM `{{project}}.{{dataset}}.events_deduplicated` AS event
CROSS JOIN UNNEST(JSON_QUERY_ARRAY(event.data, '$.digest.entries')) AS entry
WHERE event.type = 'digest.created'
  AND event.recorded_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 7 DAY)
  AND CAST(JSON_VALUE(entry, '$.score') AS FLOAT64) > 70
