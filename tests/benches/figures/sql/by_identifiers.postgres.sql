-- $1 and $2: the schemes and the values, as many of the one as of the other.
SELECT json_build_object('data', json_build_object('organisationsByIdentifier', (
  SELECT coalesce(json_agg(json_build_object(
    'key', json_build_object('scheme', k.scheme, 'value', k.value),
    'organisations', (SELECT coalesce(json_agg(h), '[]') FROM (
      SELECT o.id, o.name, o.kind, o.is_sme AS "isSme", o.country,
        CASE WHEN r.code IS NOT NULL THEN json_build_object('code', r.code) END AS region
      FROM record_identifier i
      JOIN organisation o ON o.id = i.record_id AND o.archived_at IS NULL
      LEFT JOIN figures_region r ON r.given = o.region_code
      WHERE i.scheme = k.scheme AND i.value = k.value AND i.record_type = 'ORGANISATION'
      ORDER BY o.id) h)) ORDER BY k.place), '[]')
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k (scheme, value, place)
)))::text
