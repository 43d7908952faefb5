import type { App, CheckResult, Lane, Source } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Badge, Box, Flex, Typography } from '@strapi/design-system';
import { unreadableSentence } from '../sentences';
import { useText } from '../text';
import { Notice } from '../ui/notice';
import { State } from '../ui/state';
import { CheckOutcome } from './check-outcome';
import { CredentialActions } from './credential-actions';
import { CredentialFigures } from './credential-figures';

/** One environment of an app: its credential, never the key itself, and what may be done with it. */
export function EnvironmentPanel({ app, lane }: { app: App; lane: Lane }) {
  const text = useText();
  const [check, setCheck] = useState<CheckResult | null>(null);
  const { credential } = lane;
  const environment = text(`environment.${lane.environment}`);
  return (
    <Box
      tag="section"
      aria-label={text('lane.name', { app: app.name, environment })}
      borderColor="neutral200"
      hasRadius
      padding={4}
      minWidth={0}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Flex justifyContent="space-between" gap={2} wrap="wrap">
          <Typography tag="h3" variant="delta">
            {environment}
          </Typography>
          <Flex gap={2} wrap="wrap">
            {credential?.pinned && <Badge>{text('pinned.badge')}</Badge>}
            <State
              variant={credential ? 'success' : 'neutral'}
              label={credential ? 'state.set-up' : 'state.not-set-up'}
            />
          </Flex>
        </Flex>
        {credential ? (
          <CredentialFigures credential={credential} devices={lane.devices} />
        ) : (
          <Typography textColor="neutral600">{text(`credential.none-${lane.environment}`)}</Typography>
        )}
        {credential && !credential.readable && <Unreadable source={credential.source} />}
        <Flex direction="column" alignItems="stretch" gap={check ? 4 : 0}>
          <CredentialActions app={app} lane={lane} onCheck={setCheck} />
          <div aria-live="polite">{check && <CheckOutcome result={check} />}</div>
        </Flex>
      </Flex>
    </Box>
  );
}

function Unreadable({ source }: { source: Source }) {
  const text = useText();
  const { what, remedy } = unreadableSentence(text, source);
  return (
    <Notice kind="danger" title={what}>
      {remedy}
    </Notice>
  );
}
