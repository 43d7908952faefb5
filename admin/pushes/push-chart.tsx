import type { Push } from '../../server/admin-api/contract';
import { useId } from 'react';
import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useText } from '../text';
import { Card } from '../ui/card';
import { AXIS_WIDTH } from '../ui/chart-axis';
import { useWidth } from '../ui/width';
import { CHART_PARTS, chartColumns } from './chart-columns';
import { ChartDrawing, LEAST_STEP, PartSwatch } from './chart-drawing';

/** What became of the devices of the last pushes, over time: as many of the newest as there is room for. */
export function PushChart({ pushes }: { pushes: readonly Push[] }) {
  const text = useText();
  const intl = useIntl();
  const id = useId();
  const [box, width] = useWidth<HTMLDivElement>();
  const room = Math.max(1, Math.floor((width - AXIS_WIDTH) / LEAST_STEP));
  const columns = chartColumns(pushes.slice(0, room));
  const shown = CHART_PARTS.filter((part) => part === 'accepted' || columns.some(({ parts }) => parts[part] > 0));
  const moment = (at: number) => intl.formatDate(at, { dateStyle: 'medium', timeStyle: 'short' });

  return (
    <Card label={text('chart.title')}>
      <Flex direction="column" alignItems="stretch" gap={3}>
        <Flex justifyContent="space-between" gap={3} wrap="wrap">
          <Typography tag="h3" variant="delta">
            {text('chart.title')}
          </Typography>
          <Flex gap={4} wrap="wrap">
            {shown.map((part) => (
              <Flex key={part} gap={1}>
                <PartSwatch part={part} id={id} />
                <Typography variant="pi">{text(`chart.${part}`)}</Typography>
              </Flex>
            ))}
          </Flex>
        </Flex>
        <div ref={box}>
          {width > 0 && (
            <ChartDrawing
              columns={columns}
              width={width}
              id={id}
              label={text('chart.summary', {
                pushes: columns.length,
                most: Math.max(...columns.map(({ total }) => total)),
              })}
            />
          )}
        </div>
        <Flex justifyContent="space-between" gap={2} wrap="wrap">
          <Typography variant="pi" textColor="neutral600">
            {text('chart.from', { at: moment(columns[0]?.push.createdAt ?? 0) })}
          </Typography>
          <Typography variant="pi" textColor="neutral600">
            {text('chart.to', { at: moment(columns.at(-1)?.push.createdAt ?? 0) })}
          </Typography>
        </Flex>
      </Flex>
    </Card>
  );
}
