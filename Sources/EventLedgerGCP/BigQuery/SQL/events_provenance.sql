-- How many events of each type carry each provenance flag; a NULL flag counts those that carry none.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.events_provenance`
OPTIONS (description = 'Number of events by type and provenance flag')
AS
SELECT type, flag, COUNT(*) AS events
FROM `{{project}}.{{dataset}}.events_deduplicated`
LEFT JOIN UNNEST(JSON_VALUE_ARRAY(metadata, '$.provenance')) AS flag
GROUP BY type, flag
