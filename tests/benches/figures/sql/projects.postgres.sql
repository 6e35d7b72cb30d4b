-- $1: the words, as a tsquery; $2: the page. Amounts are in euros.
WITH found AS MATERIALIZED (
  SELECT j.id, j.starts_on
  FROM search_document d
  JOIN project j ON j.id = d.record_id AND j.archived_at IS NULL
  WHERE d.record_type = 'PROJECT'
    AND array_to_tsvector(string_to_array(d.words, ' ')) @@ $1::tsquery
), page AS (
  SELECT * FROM found ORDER BY starts_on DESC NULLS LAST, id LIMIT $2
), nodes AS (
  SELECT j.id, j.acronym, j.title, j.status,
    j.starts_on AS "startsOn", j.ends_on AS "endsOn", j.signed_on AS "signedOn",
    j.programme, j.funding_scheme AS "fundingScheme",
    CASE WHEN j.total_cost_minor IS NOT NULL THEN json_build_object(
      'amount', round(j.total_cost_minor / 100.0, 2)::text, 'currency', j.currency
    ) END AS "totalCost",
    CASE WHEN j.eu_contribution_minor IS NOT NULL THEN json_build_object(
      'amount', round(j.eu_contribution_minor / 100.0, 2)::text, 'currency', j.currency
    ) END AS "euContribution",
    (SELECT coalesce(json_agg(i), '[]')
      FROM jsonb_to_recordset(j.identifiers) AS i (scheme text, value text)) AS identifiers,
    (SELECT coalesce(json_agg(t), '[]')
      FROM jsonb_to_recordset(j.topics) AS t (scheme text, code text, label text)) AS topics,
    p.participations
  FROM page JOIN project j USING (id)
  CROSS JOIN LATERAL (
    SELECT json_build_object(
      'totalCount', (SELECT count(*) FROM participation WHERE project_id = j.id AND archived_at IS NULL),
      'nodes', (SELECT coalesce(json_agg(n), '[]') FROM (
        SELECT p.role, p."order",
          CASE WHEN p.eu_contribution_minor IS NOT NULL THEN json_build_object(
            'amount', round(p.eu_contribution_minor / 100.0, 2)::text, 'currency', p.currency
          ) END AS "euContribution",
          CASE WHEN o.id IS NOT NULL THEN json_build_object(
            'id', o.id, 'name', o.name, 'country', o.country,
            'region', CASE WHEN r.code IS NOT NULL
              THEN json_build_object('code', r.code, 'name', r.name) END,
            'memberships', json_build_object('nodes', (SELECT coalesce(json_agg(m), '[]') FROM (
              SELECT CASE WHEN c.id IS NOT NULL
                THEN json_build_object('name', c.name) END AS cluster
              FROM membership m
              LEFT JOIN cluster c ON c.id = m.cluster_id AND c.archived_at IS NULL
              WHERE m.organisation_id = o.id AND m.archived_at IS NULL
              ORDER BY m.id LIMIT 3) m))
          ) END AS organisation
        FROM (
          SELECT * FROM participation WHERE project_id = j.id AND archived_at IS NULL
          ORDER BY "order" NULLS LAST, id LIMIT 20) p
        LEFT JOIN organisation o ON o.id = p.organisation_id AND o.archived_at IS NULL
        LEFT JOIN figures_region r ON r.given = o.region_code
        ORDER BY p."order" NULLS LAST, p.id) n)) AS participations) p
  ORDER BY j.starts_on DESC NULLS LAST, j.id
)
SELECT json_build_object('data', json_build_object('projects', json_build_object(
  'totalCount', (SELECT count(*) FROM found),
  'pageInfo', json_build_object(
    'hasNextPage', (SELECT count(*) > $2 FROM found),
    'endCursor', (SELECT id FROM nodes OFFSET greatest($2 - 1, 0) LIMIT 1)),
  'nodes', (SELECT coalesce(json_agg(n), '[]') FROM nodes n)
)))::text
