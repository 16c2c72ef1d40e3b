-- Each event once. recorded_at takes part so that a condition on it still picks days before the rows are compared.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.events_deduplicated`
OPTIONS (description = 'Events, each once')
AS
SELECT *
FROM `{{project}}.{{dataset}}.events`
QUALIFY ROW_NUMBER() OVER (PARTITION BY partition_id, position, recorded_at ORDER BY inserted_at) = 1
