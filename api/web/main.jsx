// The explorer: GraphiQL over the server that served it, opening with example queries in tabs.

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';

import { useMonaco } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';

import { examples } from './examples';
import { isFirstVisit, storage } from './storage';
import { TokenField, withToken } from './token';

const socket = new URL('/graphql', window.location.href);
socket.protocol = socket.protocol.replace('http', 'ws');

const fetcher = withToken(
  createGraphiQLFetcher({
    url: '/graphql',
    subscriptionUrl: socket.href,
    enableIncrementalDelivery: false,
  }),
);

// GraphiQL fills its editors from what it last stored: on a first visit, that is the first example.
if (isFirstVisit) {
  storage.setItem('graphiql:query', examples[0].query);
  storage.setItem('graphiql:variables', examples[0].variables);
}

function Explorer() {
  const { monaco, actions } = useMonaco();
  useEffect(() => {
    actions.initialize();
  }, [actions]);
  // GraphiQL shows its tabs before the editor has loaded, and a tab chosen then stays empty-handed.
  if (!monaco) {
    return <p className="registry-loading">Loading…</p>;
  }
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      defaultTabs={examples}
      defaultQuery=""
      defaultEditorToolsVisibility="variables"
    >
      <GraphiQL.Logo>
        <TokenField />
        Partner Registry
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <nav className="registry-footer">
          <a href="/schema.graphql">Schema</a>
          <a href="/graphql/assets/licences.txt">Licences</a>
        </nav>
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

createRoot(document.getElementById('explorer')).render(<Explorer />);
