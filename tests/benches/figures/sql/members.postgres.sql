-- $1 and $2: the first region and the first after the last; $3: the page. Amounts are in euros.
WITH found AS MATERIALIZED (
  SELECT id, name_key FROM organisation
  WHERE archived_at IS NULL AND region_place >= $1 AND region_place < $2
), page AS (
  SELECT * FROM found ORDER BY name_key, id LIMIT $3
), nodes AS (
  SELECT o.id, o.name,
    (SELECT coalesce(json_agg(n), '[]')
      FROM jsonb_to_recordset(o.names) AS n (value text, type text, language text)) AS names,
    o.kind, o.is_sme AS "isSme", o.country,
    CASE WHEN r.code IS NOT NULL
      THEN json_build_object('code', r.code, 'name', r.name, 'level', r.level) END AS region,
    (SELECT coalesce(json_agg(i), '[]')
      FROM jsonb_to_recordset(o.identifiers) AS i (scheme text, value text, status text)) AS identifiers,
    o.website, m.memberships, p.participations
  FROM page JOIN organisation o USING (id)
  LEFT JOIN figures_region r ON r.given = o.region_code
  CROSS JOIN LATERAL (
    SELECT json_build_object(
      'totalCount', (SELECT count(*) FROM membership WHERE organisation_id = o.id AND archived_at IS NULL),
      'nodes', (SELECT coalesce(json_agg(n), '[]') FROM (
        SELECT m.category, m.starts_on AS "startsOn", m.ends_on AS "endsOn",
          coalesce(m.starts_on <= t.today, true) AND coalesce(m.ends_on >= t.today, true) AS current,
          CASE WHEN c.id IS NOT NULL
            THEN json_build_object('id', c.id, 'name', c.name, 'acronym', c.acronym) END AS cluster
        FROM membership m
        CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date AS today) t
        LEFT JOIN cluster c ON c.id = m.cluster_id AND c.archived_at IS NULL
        WHERE m.organisation_id = o.id AND m.archived_at IS NULL
        ORDER BY m.id LIMIT 5) n)) AS memberships) m
  CROSS JOIN LATERAL (
    SELECT json_build_object(
      'totalCount', (SELECT count(*) FROM participation WHERE organisation_id = o.id AND archived_at IS NULL),
      'nodes', (SELECT coalesce(json_agg(n), '[]') FROM (
        SELECT p.role,
          CASE WHEN p.eu_contribution_minor IS NOT NULL THEN json_build_object(
            'amount', round(p.eu_contribution_minor / 100.0, 2)::text, 'currency', p.currency
          ) END AS "euContribution",
          CASE WHEN j.id IS NOT NULL THEN json_build_object(
            'id', j.id, 'acronym', j.acronym, 'title', j.title, 'startsOn', j.starts_on, 'endsOn', j.ends_on
          ) END AS project
        FROM participation p
        LEFT JOIN project j ON j.id = p.project_id AND j.archived_at IS NULL
        WHERE p.organisation_id = o.id AND p.archived_at IS NULL
        ORDER BY p.id LIMIT 3) n)) AS participations) p
  ORDER BY o.name_key, o.id
)
SELECT json_build_object('data', json_build_object('organisations', json_build_object(
  'totalCount', (SELECT count(*) FROM found),
  'pageInfo', json_build_object(
    'hasNextPage', (SELECT count(*) > $3 FROM found),
    'endCursor', (SELECT id FROM nodes OFFSET greatest($3 - 1, 0) LIMIT 1)),
  'nodes', (SELECT coalesce(json_agg(n), '[]') FROM nodes n)
)))::text
