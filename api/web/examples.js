// The tabs that the explorer opens with, in this order; each answers with data on the demo.

import identifiers from './examples/identifiers.graphql?raw';
import members from './examples/members.graphql?raw';
import partnerships from './examples/partnerships.graphql?raw';
import pickers from './examples/pickers.graphql?raw';
import projects from './examples/projects.graphql?raw';
import search from './examples/search.graphql?raw';

const tab = (query, variables) => ({ query, variables: JSON.stringify(variables, null, 2) });

export const examples = [
  tab(members, { region: 'ITI1', first: 20 }),
  tab(projects, { search: 'artificial intelligence', first: 10 }),
  tab(partnerships, { first: 5 }),
  tab(search, { text: 'diagnos' }),
  tab(identifiers, {
    keys: [
      { scheme: 'VAT', value: 'IT 01279680480' },
      { scheme: 'EU_PIC', value: '920390030' },
    ],
  }),
  tab(pickers, { within: 'IT', level: 2, scheme: 'SECTORAL_INDUSTRY' }),
];
