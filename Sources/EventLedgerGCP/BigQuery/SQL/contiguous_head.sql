-- The last position before the first missing one, and when its event was recorded. Positions up to @known are there.
-- Counting in buckets keeps what is sorted in one place small, however many events there are.
WITH
  seen AS (
    SELECT DISTINCT position
    FROM `{{project}}.{{dataset}}.events`
    WHERE partition_id = @partition AND recorded_at >= @since AND position > @known
  ),
  buckets AS (
    SELECT DIV(position - @known - 1, 10000) AS bucket, COUNT(*) AS found FROM seen GROUP BY bucket
  ),
  numbered AS (
    SELECT bucket, found, ROW_NUMBER() OVER (ORDER BY bucket) - 1 AS place FROM buckets
  ),
  leading AS (
    SELECT COALESCE(MIN(IF(bucket != place OR found < 10000, place, NULL)), COUNT(*)) AS filled FROM numbered
  ),
  rest AS (
    SELECT
      position - @known - leading.filled * 10000 AS place,
      ROW_NUMBER() OVER (ORDER BY position) AS number
    FROM seen CROSS JOIN leading
    WHERE position > @known + leading.filled * 10000 AND position <= @known + (leading.filled + 1) * 10000
  ),
  head AS (
    SELECT @known + leading.filled * 10000 + (SELECT COUNTIF(place = number) FROM rest) AS position FROM leading
  )
SELECT head.position AS position, MAX(event.recorded_at) AS recorded_at
FROM head
LEFT JOIN `{{project}}.{{dataset}}.events` AS event
  ON event.position = head.position AND event.partition_id = @partition AND event.recorded_at >= @since
GROUP BY head.position
