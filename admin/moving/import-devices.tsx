import { Button, Flex, ProgressBar, Typography, VisuallyHidden } from '@strapi/design-system';
import type { DeviceImport } from '../../server/admin-api/contract';
import { useText } from '../text';
import { Card, Figure, Figures, Section } from '../ui/card';
import { Notice } from '../ui/notice';
import { duration } from '../ui/time';
import { FileDrop } from './file-drop';
import { RefusedLines } from './refused-lines';
import { useImport, type ImportRun } from './use-import';

/** Takes in a file of devices. */
export function ImportDevices() {
  const text = useText();
  const run = useImport();
  const { state, progress } = run;
  return (
    <Section title={text('move.import')} subtitle={text('move.import-hint')}>
      <Card>
        <Flex direction="column" alignItems="stretch" gap={4}>
          {(state === 'idle' || state === 'done') && <FileDrop onFile={(file) => void run.start(file)} />}
          {progress && <Progress run={run} progress={progress} />}
          {state === 'stopped' && <Notice kind="info" title={text('move.stopped')} />}
          {state === 'done' && progress && (
            <Notice
              kind={progress.refused > 0 ? 'warning' : 'success'}
              title={text('move.done', { lines: progress.lines })}
            />
          )}
          {state === 'running' && (
            <Flex>
              <Button variant="tertiary" onClick={run.pause}>
                {text('move.pause')}
              </Button>
            </Flex>
          )}
          {state === 'stopped' && (
            <Flex>
              <Button onClick={() => void run.resume()}>{text('move.resume')}</Button>
            </Flex>
          )}
          {progress && progress.refused > 0 && state !== 'running' && (
            <RefusedLines key={`${progress.id} ${progress.refused}`} of={progress} />
          )}
        </Flex>
      </Card>
    </Section>
  );
}

function Progress({ run, progress }: { run: ImportRun; progress: DeviceImport }) {
  const text = useText();
  const { linesPerSecond, secondsLeft, state } = run;
  const percent = Math.floor((100 * progress.offset) / progress.size);
  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <Typography fontWeight="semiBold" style={{ overflowWrap: 'anywhere' }}>
        {progress.name}
      </Typography>
      <ProgressBar
        style={{ width: '100%' }}
        value={percent}
        aria-label={text('move.progress', { name: progress.name })}
      />
      {/* Read out tenth by tenth: every piece would never let anybody finish. */}
      <VisuallyHidden role="status">{text('move.read', { percent: percent - (percent % 10) })}</VisuallyHidden>
      <Figures>
        <Figure label={text('move.lines')}>{text('move.count', { count: progress.lines })}</Figure>
        <Figure label={text('move.added')}>{text('move.count', { count: progress.added })}</Figure>
        <Figure label={text('move.updated')}>{text('move.count', { count: progress.updated })}</Figure>
        <Figure label={text('move.refused')}>{text('move.count', { count: progress.refused })}</Figure>
        {state === 'running' && linesPerSecond !== null && (
          <Figure label={text('move.pace')}>{text('move.count', { count: linesPerSecond })}</Figure>
        )}
        {state === 'running' && secondsLeft !== null && (
          <Figure label={text('move.left')}>{duration(text, 1_000 * secondsLeft)}</Figure>
        )}
      </Figures>
    </Flex>
  );
}
