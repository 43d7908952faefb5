import { useState } from 'react';
import { Badge, Box, Flex, Status, Typography } from '@strapi/design-system';
import type { App, CheckResult, Lane } from '../api/types';
import { useText } from '../text';
import { Notice } from '../ui/notice';
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
            <Status variant={credential ? 'success' : 'neutral'} size="S">
              <Typography fontWeight="bold">{text(credential ? 'state.set-up' : 'state.not-set-up')}</Typography>
            </Status>
          </Flex>
        </Flex>
        {credential ? (
          <CredentialFigures credential={credential} devices={lane.devices} />
        ) : (
          <Typography textColor="neutral600">{text(`credential.none-${lane.environment}`)}</Typography>
        )}
        {credential && !credential.readable && (
          <Notice kind="danger" title={text('alarm.credential-unreadable')}>
            {text('remedy.credential-unreadable')}
          </Notice>
        )}
        <CredentialActions app={app} lane={lane} onCheck={setCheck} />
        <div aria-live="polite">{check && <CheckOutcome result={check} />}</div>
      </Flex>
    </Box>
  );
}
