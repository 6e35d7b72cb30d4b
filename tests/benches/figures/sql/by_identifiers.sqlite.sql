-- ?1: the keys, as they came: [{"scheme": …, "value": …}].
SELECT json_object('data', json_object('organisationsByIdentifier', (
  SELECT json_group_array(json_object(
    'key', json_object('scheme', k.value ->> 'scheme', 'value', k.value ->> 'value'),
    'organisations', (SELECT json_group_array(json_object(
        'id', lower(hex(h.id)), 'name', h.name, 'kind', h.kind,
        'isSme', CASE h.is_sme WHEN 1 THEN json('true') WHEN 0 THEN json('false') END,
        'country', h.country,
        'region', CASE WHEN h.region IS NOT NULL THEN json_object('code', h.region) END))
      FROM (
        SELECT o.*, r.code AS region
        FROM record_identifier i
        JOIN organisation o ON o.id = i.record_id AND o.archived_at IS NULL
        LEFT JOIN figures_region r ON r.given = o.region_code
        WHERE i.scheme = k.value ->> 'scheme' AND i.value = k.value ->> 'value'
          AND i.record_type = 'ORGANISATION'
        ORDER BY o.id) h)))
  FROM json_each(?1) k
)))
