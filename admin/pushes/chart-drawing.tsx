import { useIntl } from 'react-intl';
import { useTheme, type DefaultTheme } from 'styled-components';
import { AXIS_WIDTH, axisTop, ChartAxis } from '../ui/chart-axis';
import { CHART_PARTS, stackParts, type ChartColumn, type ChartPart } from './chart-columns';
import { useCountersSentence } from './counters-sentence';

/** In CSS pixels. */
export const LEAST_STEP = 22;
const WIDEST_STEP = 44;
const HEIGHT = 120;
const MARGIN = 8;
const THINNEST = 2;

const COLOURS: Record<ChartPart, keyof DefaultTheme['colors']> = {
  accepted: 'success500',
  rejected: 'danger500',
  unknown: 'warning500',
  other: 'neutral400',
};

interface ChartDrawingProps {
  columns: readonly ChartColumn[];
  width: number;
  /** Names the patterns of this drawing within the page. */
  id: string;
  /** The drawing in a sentence. */
  label: string;
}

export function ChartDrawing({ columns, width, id, label }: ChartDrawingProps) {
  const top = axisTop(Math.max(...columns.map(({ total }) => total)));
  const step = Math.min(WIDEST_STEP, Math.floor((width - AXIS_WIDTH) / columns.length));
  const height = HEIGHT + 2 * MARGIN;
  return (
    <svg width={width} height={height} viewBox={`0 ${-MARGIN} ${width} ${height}`} role="img" aria-label={label}>
      <Patterns id={id} />
      <ChartAxis top={top} width={width} height={HEIGHT} />
      {columns.map((column, index) => (
        // The newest stands at the right edge, next to its date.
        <Column
          key={column.push.id}
          column={column}
          x={width - (columns.length - index) * step}
          step={step}
          top={top}
          id={id}
        />
      ))}
    </svg>
  );
}

interface ColumnProps {
  column: ChartColumn;
  x: number;
  step: number;
  top: number;
  id: string;
}

function Column({ column, x, step, top, id }: ColumnProps) {
  const intl = useIntl();
  const sentence = useCountersSentence();
  const { createdAt, counters } = column.push;
  const gap = Math.round(step / 3);
  const started = intl.formatDate(createdAt, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <g>
      <title>{`${started}: ${sentence(counters)}`}</title>
      {/* Something to point at where the column is low. */}
      <rect x={x} y={0} width={step} height={HEIGHT} fill="transparent" />
      {stackParts(column, top, HEIGHT, THINNEST).map(({ part, y, height }) => (
        <rect key={part} x={x + gap / 2} y={y} width={step - gap} height={height} fill={`url(#${id}-${part})`} />
      ))}
    </g>
  );
}

/** Colour and pattern of each part, so that the parts can be told without colours. */
function Patterns({ id }: { id: string }) {
  const { colors } = useTheme();
  return (
    <defs>
      {CHART_PARTS.map((part) => (
        <pattern key={part} id={`${id}-${part}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill={colors[COLOURS[part]]} />
          {part === 'rejected' && (
            <path d="M-1.5 1.5 L1.5 -1.5 M0 6 L6 0 M4.5 7.5 L7.5 4.5" stroke={colors.neutral0} strokeWidth="1.5" />
          )}
          {part === 'unknown' && <circle cx="3" cy="3" r="1.2" fill={colors.neutral0} />}
        </pattern>
      ))}
    </defs>
  );
}

/** A part's colour and pattern, for the legend. */
export function PartSwatch({ part, id }: { part: ChartPart; id: string }) {
  return (
    <svg width="12" height="12" aria-hidden>
      <rect width="12" height="12" rx="2" fill={`url(#${id}-${part})`} />
    </svg>
  );
}
