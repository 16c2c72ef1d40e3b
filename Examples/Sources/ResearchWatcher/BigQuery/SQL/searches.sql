-- The events 'search.executed', taken apart. 'words' is the query in its normal form: lowercase words without diacritics
-- and punctuation, single spaces; the letters are those of 'TextFolding'.
CREATE OR REPLACE VIEW `{{project}}.{{dataset}}.searches`
OPTIONS (description = 'Searches, one row each')
AS
SELECT
  position,
  recorded_at,
  TIMESTAMP(JSON_VALUE(data, '$.ts')) AS searched_at,
  JSON_VALUE(data, '$.uid') AS uid,
  JSON_VALUE(data, '$.query') AS query,
  CAST(JSON_VALUE(data, '$.resultsCount') AS INT64) AS results,
  CAST(JSON_VALUE(data, '$.durationMs') AS INT64) AS duration_ms,
  TRIM(REGEXP_REPLACE(REGEXP_REPLACE(
    REPLACE(REPLACE(REPLACE(REPLACE(
      TRANSLATE(
        LOWER(JSON_VALUE(data, '$.query')),
        'àáâãäåāăąǎçćĉċčďđðèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĺļľłŀñńņňŋòóôõöøōŏőơŕŗřśŝşšșţťŧțùúûüũūŭůűųưŵýÿŷźżž',
        'aaaaaaaaaacccccdddeeeeeeeeegggghhiiiiiiiiijklllllnnnnnoooooooooorrrsssssttttuuuuuuuuuuuwyyyzzz'
      ),
      'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th'),
    r'\p{Mn}', ''), r'[^\p{L}\p{N}\p{Mc}]+', ' ')) AS words
FROM `{{project}}.{{dataset}}.events_deduplicated`
WHERE type = 'search.executed'
