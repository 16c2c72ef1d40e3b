-- How often each user searched on each day, UTC, and how much was found: for planning quotas, and as a check of volume.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.vw_user_search_activity`
OPTIONS (description = 'Searches by user and day')
AS
SELECT
  uid,
  DATE(searched_at) AS day,
  COUNT(*) AS searches_per_day,
  SUM(results) AS total_results
FROM `{{project}}.{{dataset}}.searches`
GROUP BY uid, day
