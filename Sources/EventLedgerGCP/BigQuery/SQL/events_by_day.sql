-- How many events of each type were recorded on each day, UTC.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.events_by_day`
OPTIONS (description = 'Number of events by day and type')
AS
SELECT DATE(recorded_at) AS day, type, COUNT(*) AS events
FROM `{{project}}.{{dataset}}.events_deduplicated`
GROUP BY day, type
