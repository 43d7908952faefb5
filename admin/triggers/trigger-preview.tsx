import type { LanePreview, Trigger, TriggerPreview } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Button, Flex, Loader, Modal, Typography } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { useTriggerPreviewQuery } from '../api/triggers';
import { entryName } from '../pushes/push-about';
import { simulatorFile } from '../pushes/simulator-file';
import { forecastSentences } from '../start/forecast-sentences';
import { useText } from '../text';
import { Json } from '../ui/json';
import { saveFile } from '../ui/save-file';

/** Shows what the trigger's next publish would send, without sending it. */
export function PreviewTrigger({ trigger }: { trigger: Trigger }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <Modal.Root open={open} onOpenChange={setOpen}>
      <Modal.Trigger>
        <Button size="S" variant="tertiary" aria-label={text('preview.of', { name: trigger.name })}>
          {text('preview.button')}
        </Button>
      </Modal.Trigger>
      <Modal.Content>
        <Modal.Header closeLabel={text('action.close')}>
          <Modal.Title>{text('preview.of', { name: trigger.name })}</Modal.Title>
        </Modal.Header>
        <Modal.Body>{open && <Preview id={trigger.id} />}</Modal.Body>
        <Modal.Footer>
          <Modal.Close>
            <Button variant="tertiary">{text('action.close')}</Button>
          </Modal.Close>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
}

function Preview({ id }: { id: number }) {
  const text = useText();
  const { data, isError } = useTriggerPreviewQuery(id);
  if (isError) return <Typography role="alert">{text('preview.failed')}</Typography>;
  if (!data) return <Loader>{text('preview.loading')}</Loader>;
  if (data.entry === null) return <Typography>{text('preview.nothing')}</Typography>;
  return (
    <Flex direction="column" alignItems="stretch" gap={6}>
      <Typography style={{ overflowWrap: 'anywhere' }}>
        {text(data.enabled ? 'preview.body' : 'preview.body-disabled', { entry: entryName(text, data.entry) })}
      </Typography>
      {data.lanes.length === 0 && <Typography>{text('preview.no-lane')}</Typography>}
      {data.lanes.map((lane) => (
        <Lane key={lane.forecast.laneId} lane={lane} preview={data} />
      ))}
    </Flex>
  );
}

function Lane({ lane, preview }: { lane: LanePreview; preview: TriggerPreview }) {
  const text = useText();
  const intl = useIntl();
  const { forecast, bundleId, body, headers, bytes, audience } = lane;
  const sentences = forecastSentences(
    { now: preview.now, action: 'publish', captured: preview.captured, heard: true, lanes: [forecast] },
    {
      text,
      clock: (at) => intl.formatTime(at, { timeStyle: 'short' }),
      list: (names) => intl.formatList(names),
      saves: false,
      atOnce: false,
    },
  );
  const name = text('lane.name', { app: forecast.app, environment: text(`environment.${forecast.environment}`) });
  return (
    <Flex tag="section" aria-label={name} direction="column" alignItems="stretch" gap={3} minWidth={0}>
      <Typography tag="h3" variant="delta">
        {name}
      </Typography>
      {sentences.map((sentence) => (
        <Typography key={sentence}>{sentence}</Typography>
      ))}
      <Typography textColor="neutral600">
        {audience === 'all' ? text('audience.all') : text('audience.locales', { locales: audience.locales.join(', ') })}
      </Typography>
      {lane.problem !== null && (
        <Typography textColor="danger600">{text('preview.problem', { problem: lane.problem })}</Typography>
      )}
      {body !== null && (
        <>
          <Flex justifyContent="space-between" gap={2} wrap="wrap">
            <Typography textColor="neutral600">{text('push.payload-size', { bytes })}</Typography>
            <Button
              size="S"
              variant="tertiary"
              startIcon={<Download aria-hidden />}
              onClick={() => saveFile(`${bundleId}.apns`, simulatorFile(bundleId, JSON.parse(body) as object))}
            >
              {text('push.for-simulator')}
            </Button>
          </Flex>
          <Json label={text('push.payload')} value={JSON.parse(body) as object} />
          <Json label={text('preview.headers')} value={Object.fromEntries(headers)} />
        </>
      )}
    </Flex>
  );
}
