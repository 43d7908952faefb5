import { useId } from 'react';
import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useTheme, type DefaultTheme } from 'styled-components';
import type { Push } from '../api/types';
import { useText } from '../text';
import { Card } from '../ui/card';
import { axisTop, CHART_PARTS, chartColumns, type ChartColumn, type ChartPart } from './chart-columns';
import { useCountersSentence } from './counters-sentence';

const HEIGHT = 120;
const COLUMN = 14;
const STEP = 22;
const AXIS = 56;
const BELOW = 20;
/** A part with devices in it is never drawn thinner than this, or one rejection among thousands would vanish. */
const THINNEST = 2;

const COLOURS: Record<ChartPart, keyof DefaultTheme['colors']> = {
  accepted: 'success500',
  rejected: 'danger500',
  unknown: 'warning500',
  other: 'neutral400',
};

/** What became of the devices of the last pushes, over time. The table beside it holds the same numbers as text. */
export function PushChart({ pushes }: { pushes: readonly Push[] }) {
  const text = useText();
  const intl = useIntl();
  const { colors } = useTheme();
  const id = useId();
  const columns = chartColumns(pushes);
  const top = axisTop(Math.max(...columns.map(({ total }) => total)));
  const width = AXIS + columns.length * STEP;
  const shown = CHART_PARTS.filter((part) => part === 'accepted' || columns.some(({ parts }) => parts[part] > 0));
  const day = (at: number) =>
    intl.formatDate(at, { month: 'short', day: 'numeric', hour: 'numeric', minute: 'numeric' });

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
                <svg width="12" height="12" aria-hidden>
                  <rect width="12" height="12" rx="2" fill={`url(#${id}-${part})`} />
                </svg>
                <Typography variant="pi">{text(`chart.${part}`)}</Typography>
              </Flex>
            ))}
          </Flex>
        </Flex>
        <Box overflow="auto" maxWidth="100%" tabIndex={0} role="group" aria-label={text('chart.scroll')}>
          <svg
            width={width}
            height={HEIGHT + BELOW + 10}
            viewBox={`0 -10 ${width} ${HEIGHT + BELOW + 10}`}
            role="img"
            aria-label={text('chart.summary', {
              pushes: columns.length,
              most: Math.max(...columns.map((c) => c.total)),
            })}
            style={{ display: 'block' }}
          >
            <Patterns id={id} colors={colors} />
            {[0, top / 2, top].map((value) => (
              <g key={value} aria-hidden>
                <line
                  x1={AXIS - 4}
                  x2={width}
                  y1={HEIGHT - (value / top) * HEIGHT}
                  y2={HEIGHT - (value / top) * HEIGHT}
                  stroke={colors.neutral200}
                />
                <text
                  x={AXIS - 8}
                  y={HEIGHT - (value / top) * HEIGHT + 4}
                  textAnchor="end"
                  fontSize="11"
                  fill={colors.neutral600}
                >
                  {intl.formatNumber(value, { notation: 'compact' })}
                </text>
              </g>
            ))}
            {columns.map((column, index) => (
              <Column
                key={column.push.id}
                column={column}
                x={AXIS + index * STEP + (STEP - COLUMN) / 2}
                top={top}
                id={id}
              />
            ))}
          </svg>
        </Box>
        <Flex justifyContent="space-between" gap={2}>
          <Typography variant="pi" textColor="neutral600">
            {text('chart.from', { at: day(columns[0]?.push.createdAt ?? 0) })}
          </Typography>
          <Typography variant="pi" textColor="neutral600">
            {text('chart.to', { at: day(columns.at(-1)?.push.createdAt ?? 0) })}
          </Typography>
        </Flex>
      </Flex>
    </Card>
  );
}

interface ColumnProps {
  column: ChartColumn;
  x: number;
  top: number;
  id: string;
}

function Column({ column, x, top, id }: ColumnProps) {
  const intl = useIntl();
  const sentence = useCountersSentence();
  const { createdAt, counters } = column.push;
  return (
    <g>
      <title>{`${intl.formatDate(createdAt, { dateStyle: 'medium', timeStyle: 'short' })}: ${sentence(counters)}`}</title>
      {/* Something to point at where the column is low. */}
      <rect x={x} y={0} width={COLUMN} height={HEIGHT} fill="transparent" />
      {stack(column, top).map(({ part, y, height }) => (
        <rect key={part} x={x} y={y} width={COLUMN} height={height} fill={`url(#${id}-${part})`} />
      ))}
    </g>
  );
}

/** Where each part of a column is drawn, from the ground up. */
function stack({ parts }: ChartColumn, top: number): { part: ChartPart; y: number; height: number }[] {
  let y = HEIGHT;
  return CHART_PARTS.filter((part) => parts[part] > 0).map((part) => {
    const height = Math.max(THINNEST, (parts[part] / top) * HEIGHT);
    y -= height;
    return { part, y, height };
  });
}

/** Colour and pattern of each part, so that the parts can be told without colours. */
function Patterns({ id, colors }: { id: string; colors: DefaultTheme['colors'] }) {
  return (
    <defs>
      {CHART_PARTS.map((part) => (
        <pattern key={part} id={`${id}-${part}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill={colors[COLOURS[part]]} />
          {part === 'rejected' && <path d="M-1 7 L7 -1" stroke={colors.neutral0} strokeWidth="1.5" />}
          {part === 'unknown' && <circle cx="3" cy="3" r="1.2" fill={colors.neutral0} />}
        </pattern>
      ))}
    </defs>
  );
}
