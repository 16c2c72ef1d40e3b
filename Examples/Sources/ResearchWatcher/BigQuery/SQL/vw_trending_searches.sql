-- What more than three users searched for within the last seven days. Order it by users and searches, most first.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.vw_trending_searches`
OPTIONS (description = 'Queries of the last seven days that more than three users asked')
AS
SELECT
  words AS query,
  COUNT(DISTINCT uid) AS unique_users,
  COUNT(*) AS search_count,
  AVG(results) AS avg_results
FROM `{{project}}.{{dataset}}.searches`
WHERE recorded_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 7 DAY)
  AND searched_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 7 DAY)
  AND searched_at <= CURRENT_TIMESTAMP()
  AND words != ''
GROUP BY words
HAVING COUNT(DISTINCT uid) > 3
