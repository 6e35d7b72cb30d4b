-- ?1: the words, as FTS5 reads them; ?2: the page. Amounts are in euros.
WITH found AS MATERIALIZED (
  SELECT j.id, j.starts_on
  FROM search_words w
  CROSS JOIN search_document d ON d.number = w.rowid AND d.record_type = 'PROJECT'
  CROSS JOIN project j ON j.id = d.record_id AND j.archived_at IS NULL
  WHERE w.search_words MATCH ?1
), page AS MATERIALIZED (
  SELECT id FROM found ORDER BY starts_on DESC NULLS LAST, id LIMIT ?2
)
SELECT json_object('data', json_object('projects', json_object(
  'totalCount', (SELECT count(*) FROM found),
  'pageInfo', json_object(
    'hasNextPage', iif((SELECT count(*) FROM found) > ?2, json('true'), json('false')),
    'endCursor', (SELECT lower(hex(id)) FROM page LIMIT 1 OFFSET max(?2 - 1, 0))),
  'nodes', (SELECT json_group_array(json_object(
    'id', lower(hex(j.id)), 'acronym', j.acronym, 'title', j.title, 'status', j.status,
    'startsOn', j.starts_on, 'endsOn', j.ends_on, 'signedOn', j.signed_on,
    'programme', j.programme, 'fundingScheme', j.funding_scheme,
    'totalCost', CASE WHEN j.total_cost_minor IS NOT NULL THEN json_object(
      'amount', printf('%d.%02d', j.total_cost_minor / 100, j.total_cost_minor % 100),
      'currency', j.currency) END,
    'euContribution', CASE WHEN j.eu_contribution_minor IS NOT NULL THEN json_object(
      'amount', printf('%d.%02d', j.eu_contribution_minor / 100, j.eu_contribution_minor % 100),
      'currency', j.currency) END,
    'identifiers', (SELECT json_group_array(json_object(
        'scheme', i.value ->> 'scheme', 'value', i.value ->> 'value'))
      FROM json_each(j.identifiers) i),
    'topics', (SELECT json_group_array(json_object(
        'scheme', t.value ->> 'scheme', 'code', t.value ->> 'code', 'label', t.value ->> 'label'))
      FROM json_each(j.topics) t),
    'participations', json_object(
      'totalCount', (SELECT count(*) FROM participation WHERE project_id = j.id AND archived_at IS NULL),
      'nodes', (SELECT json_group_array(json_object(
          'role', p.role, 'order', p."order",
          'euContribution', CASE WHEN p.eu_contribution_minor IS NOT NULL THEN json_object(
            'amount', printf('%d.%02d', p.eu_contribution_minor / 100, p.eu_contribution_minor % 100),
            'currency', p.currency) END,
          'organisation', CASE WHEN o.id IS NOT NULL THEN json_object(
            'id', lower(hex(o.id)), 'name', o.name, 'country', o.country,
            'region', CASE WHEN r.code IS NOT NULL
              THEN json_object('code', r.code, 'name', r.name) END,
            'memberships', json_object('nodes', (SELECT json_group_array(json_object(
                'cluster', CASE WHEN c.id IS NOT NULL THEN json_object('name', c.name) END))
              FROM (SELECT * FROM membership WHERE organisation_id = o.id AND archived_at IS NULL
                ORDER BY id LIMIT 3) m
              LEFT JOIN cluster c ON c.id = m.cluster_id AND c.archived_at IS NULL))) END))
        FROM (SELECT * FROM participation WHERE project_id = j.id AND archived_at IS NULL
          ORDER BY "order" NULLS LAST, id LIMIT 20) p
        LEFT JOIN organisation o ON o.id = p.organisation_id AND o.archived_at IS NULL
        LEFT JOIN figures_region r ON r.given = o.region_code))))
    FROM page CROSS JOIN project j USING (id))
)))
