import type { AudiencePreview as Preview } from '../../server/admin-api/contract';
import { Box, Flex, Typography } from '@strapi/design-system';
import { useEffect, useState, type ReactNode } from 'react';
import { splitErrors } from '../api/field-errors';
import { useAudiencePreviewQuery } from '../api/triggers';
import { useText, type Text } from '../text';
import { Code } from '../ui/code';
import { writtenTemplates, type AudienceDraft } from './audience-draft';

/** Whoever types is asked nothing of until this long after the last key. */
const QUIET_MS = 400;

interface AudiencePreviewProps {
  draft: AudienceDraft;
  contentType: string;
  apps: readonly string[];
}

/** What the templates make of the latest published entry, and how many devices have that. */
export function AudiencePreview({ draft, contentType, apps }: AudiencePreviewProps) {
  const text = useText();
  const question = { contentType, apps, tags: writtenTemplates(draft) };
  // Text, so that the same question asked again is the same.
  const asked = useQuiet(JSON.stringify(question));
  const { contentType: uid, tags } = JSON.parse(asked) as typeof question;
  const skip = uid === '' || tags.length === 0;
  const { currentData, isFetching, error } = useAudiencePreviewQuery(asked, { skip });
  return (
    <Box background="neutral100" hasRadius padding={3} marginTop={2}>
      <Flex direction="column" alignItems="stretch" gap={1} role="status" aria-live="polite">
        <Typography variant="pi" fontWeight="bold" textColor="neutral800">
          {text('audience.preview')}
        </Typography>
        {skip ? (
          <Line>{text('audience.preview-wait')}</Line>
        ) : error && !isFetching ? (
          <Line danger>{sentenceOf(text, error)}</Line>
        ) : currentData ? (
          <Made preview={currentData} />
        ) : (
          <Line>{text('audience.preview-loading')}</Line>
        )}
      </Flex>
    </Box>
  );
}

function Made({ preview }: { preview: Preview }) {
  const text = useText();
  return (
    <>
      {!preview.entry && <Line>{text('audience.preview-none')}</Line>}
      {preview.made.map((made, index) => (
        <MadeTag key={index} made={made} />
      ))}
      {preview.entry &&
        preview.lanes.map(({ bundleId, environment, devices }) => (
          <Line key={`${bundleId} ${environment}`}>
            {text('audience.preview-devices', {
              devices,
              bundleId,
              environment: text(`environment.${environment}`),
            })}
          </Line>
        ))}
    </>
  );
}

function MadeTag({ made }: { made: Preview['made'][number] }) {
  const text = useText();
  if (made.tag !== null) {
    return (
      <Line>
        <Code>{made.tag}</Code>
      </Line>
    );
  }
  if (made.reason === 'refused') return <Line danger>{made.problem}</Line>;
  return (
    <Line danger>{text(`audience.no-tag.${made.reason}`, { template: made.template, field: made.field ?? '' })}</Line>
  );
}

function Line({ danger = false, children }: { danger?: boolean; children: ReactNode }) {
  return (
    <Typography variant="pi" textColor={danger ? 'danger600' : 'neutral800'} style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Typography>
  );
}

/** What is wrong with a template, in the server's words. */
function sentenceOf(text: Text, error: unknown): string {
  const { shown, rest } = splitErrors(error, ['tags', 'contentType', 'apps']);
  return Object.values(shown)[0] ?? rest ?? text('audience.preview-failed');
}

/** A value once it has stayed for a while. */
function useQuiet(value: string): string {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return quiet;
}
