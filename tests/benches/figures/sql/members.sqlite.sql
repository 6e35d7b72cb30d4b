-- ?1 and ?2: the first region and the first after the last; ?3: the page. Amounts are in euros.
WITH found AS MATERIALIZED (
  SELECT id, name_key FROM organisation
  WHERE archived_at IS NULL AND region_place >= ?1 AND region_place < ?2
), page AS MATERIALIZED (
  SELECT id FROM found ORDER BY name_key, id LIMIT ?3
)
SELECT json_object('data', json_object('organisations', json_object(
  'totalCount', (SELECT count(*) FROM found),
  'pageInfo', json_object(
    'hasNextPage', iif((SELECT count(*) FROM found) > ?3, json('true'), json('false')),
    'endCursor', (SELECT lower(hex(id)) FROM page LIMIT 1 OFFSET max(?3 - 1, 0))),
  'nodes', (SELECT json_group_array(json_object(
    'id', lower(hex(o.id)), 'name', o.name,
    'names', (SELECT json_group_array(json_object(
        'value', n.value ->> 'value', 'type', n.value ->> 'type', 'language', n.value ->> 'language'))
      FROM json_each(o.names) n),
    'kind', o.kind,
    'isSme', CASE o.is_sme WHEN 1 THEN json('true') WHEN 0 THEN json('false') END,
    'country', o.country,
    'region', CASE WHEN r.code IS NOT NULL
      THEN json_object('code', r.code, 'name', r.name, 'level', r.level) END,
    'identifiers', (SELECT json_group_array(json_object(
        'scheme', i.value ->> 'scheme', 'value', i.value ->> 'value', 'status', i.value ->> 'status'))
      FROM json_each(o.identifiers) i),
    'website', o.website,
    'memberships', json_object(
      'totalCount', (SELECT count(*) FROM membership WHERE organisation_id = o.id AND archived_at IS NULL),
      'nodes', (SELECT json_group_array(json_object(
          'category', m.category, 'startsOn', m.starts_on, 'endsOn', m.ends_on,
          'current', iif(coalesce(m.starts_on <= date(), 1) AND coalesce(m.ends_on >= date(), 1),
            json('true'), json('false')),
          'cluster', CASE WHEN c.id IS NOT NULL
            THEN json_object('id', lower(hex(c.id)), 'name', c.name, 'acronym', c.acronym) END))
        FROM (SELECT * FROM membership WHERE organisation_id = o.id AND archived_at IS NULL
          ORDER BY id LIMIT 5) m
        LEFT JOIN cluster c ON c.id = m.cluster_id AND c.archived_at IS NULL)),
    'participations', json_object(
      'totalCount', (SELECT count(*) FROM participation WHERE organisation_id = o.id AND archived_at IS NULL),
      'nodes', (SELECT json_group_array(json_object(
          'role', p.role,
          'euContribution', CASE WHEN p.eu_contribution_minor IS NOT NULL THEN json_object(
            'amount', printf('%d.%02d', p.eu_contribution_minor / 100, p.eu_contribution_minor % 100),
            'currency', p.currency) END,
          'project', CASE WHEN j.id IS NOT NULL THEN json_object(
            'id', lower(hex(j.id)), 'acronym', j.acronym, 'title', j.title,
            'startsOn', j.starts_on, 'endsOn', j.ends_on) END))
        FROM (SELECT * FROM participation WHERE organisation_id = o.id AND archived_at IS NULL
          ORDER BY id LIMIT 3) p
        LEFT JOIN project j ON j.id = p.project_id AND j.archived_at IS NULL))))
    FROM page CROSS JOIN organisation o USING (id)
    LEFT JOIN figures_region r ON r.given = o.region_code)
)))
