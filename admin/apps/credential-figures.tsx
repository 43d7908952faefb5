import type { Credential } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Figure, Figures } from '../ui/card';
import { Code } from '../ui/code';
import { Moment } from '../ui/time';

/** What may be shown of a credential. */
export function CredentialFigures({ credential, devices }: { credential: Credential; devices: number }) {
  const text = useText();
  return (
    <>
      <Figures $column="13rem">
        <Figure label={text('credential.key-id')}>
          <Code>{credential.keyId}</Code>
        </Figure>
        <Figure label={text('credential.team-id')}>
          <Code>{credential.teamId}</Code>
        </Figure>
        <Figure label={text('credential.source')}>{text(`source.${credential.source}`)}</Figure>
        <Figure label={text('credential.updated')}>
          <Moment at={credential.updatedAt} />
        </Figure>
        <Figure label={text('figure.devices')}>{text('figure.count', { count: devices })}</Figure>
      </Figures>
      {credential.pinned && (
        <Typography variant="pi" textColor="neutral600">
          {text('pinned.credential')}
        </Typography>
      )}
    </>
  );
}
